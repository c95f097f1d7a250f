-- To which bus the relay's position belongs: a relay that starts while another Kafka answers at the address would send there, count what it
-- sent as sent, and lose it. Written once. The owner alone takes it away, when the system moves to another Kafka with all its topics.
CREATE TABLE relay_bus (one boolean PRIMARY KEY DEFAULT true CHECK (one), name text NOT NULL);
GRANT SELECT, INSERT ON relay_bus TO {role};
