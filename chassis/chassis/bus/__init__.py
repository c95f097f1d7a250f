"""The bus: pages of records go out, batches of records come in. Kafka, and an in-memory twin."""

from chassis.bus.port import Bus, Message, Record

__all__ = ["Bus", "Message", "Record"]
