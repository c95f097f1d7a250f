"""Every scenario with its whole length."""

from tests.chaos.deployment import deployment
from tests.chaos.disk import full, small_disk
from tests.chaos.kills import kills
from tests.chaos.network import cuts, own_network
from tests.chaos.poison import poison
from tests.chaos.relays import relays
from tests.chaos.rolling import rolling, sharing_ports
from tests.chaos.servers_down import broker, brokers, postgres, three_brokers
from tests.chaos.slow import slow
from tests.chaos.staging import Scenario

_ALL = (
    Scenario("kills", "every kind of process is killed (-9) at random moments", kills, seconds=1740, size=200, desks=3),
    Scenario("broker", "the only broker is stopped in order and killed, by turns", broker, seconds=240, size=8),
    Scenario("brokers", "of three brokers one is killed, then two", brokers, seconds=120, place=three_brokers),
    Scenario("postgres", "PostgreSQL is stopped in order, killed, and has a backend killed, by turns", postgres, seconds=240, size=9),
    Scenario("network", "the network between services and servers is cut", cuts, seconds=300, size=6, place=own_network, needs="net"),
    Scenario("disk", "the disk is full to the last byte", full, seconds=90, size=3, place=small_disk, needs="mount"),
    Scenario("poison", "ten messages of six kinds that nobody can handle, among good ones", poison, seconds=60, size=10),
    Scenario("slow", "a consumer is too slow", slow, seconds=120),
    Scenario("relays", "two relays of one service at once", relays, seconds=120, size=15),
    Scenario("rolling", "every service is restarted while citizens file", rolling, seconds=120, size=1, place=sharing_ports, needs="net"),
    Scenario("deployment", "a version that fails at every new dossier is put in the place of tracking", deployment, seconds=90),
)
SCENARIOS = {scenario.name: scenario for scenario in _ALL}
