"""What is declared on RabbitMQ: by every service, whole, at its start; nothing is declared lazily.

`patchbay.events` (topic) ─► `service.topic`                 one queue per (service, event)
`patchbay.retry.<s>` (topic) ─► `service.retry.<s>` ─(after s seconds)─► `service.topic`
`patchbay.dead` (direct) ─► `service.dead`
`patchbay.progress` (fanout, transient) ─► whoever watches

Queues are quorum queues, so that they survive a node; none has `x-max-priority`, which quorum queues refuse.
"""

from dataclasses import dataclass

from faststream.rabbit import ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.schemas.queue import QuorumQueueArgs

from shared.runtime.bus import Binding

EVENTS = RabbitExchange("patchbay.events", type=ExchangeType.TOPIC, durable=True)
DEAD = RabbitExchange("patchbay.dead", type=ExchangeType.DIRECT, durable=True)
# What kills its consumer each time ends here; 4.x counts to 20 by itself, 3.10 does not count unless told.
MOST_DELIVERIES = 20
# Dead letters may be looked at as often as one likes; each look counts as a delivery, and 4.x would drop at 20.
ENDLESS_DELIVERIES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Topology:
    """The bindings of all services, and the retry queues of this one."""

    service: str
    bindings: tuple[Binding, ...]
    retry_seconds: tuple[float, ...]

    def step(self, seconds: float) -> float:
        """The retry queue for a pause: the shortest that is not shorter, else the longest."""
        return min((step for step in self.retry_seconds if step >= seconds), default=max(self.retry_seconds))


def retry_exchange(seconds: float) -> RabbitExchange:
    return RabbitExchange(f"patchbay.retry.{seconds:g}", type=ExchangeType.TOPIC, durable=True)


def dead_queue(service: str) -> RabbitQueue:
    arguments: QuorumQueueArgs = {"x-delivery-limit": ENDLESS_DELIVERIES}
    return RabbitQueue(f"{service}.dead", queue_type=QueueType.QUORUM, arguments=arguments)


def event_queue(binding: Binding) -> RabbitQueue:
    arguments: QuorumQueueArgs = {
        "x-delivery-limit": MOST_DELIVERIES,
        "x-dead-letter-exchange": DEAD.name,
        "x-dead-letter-routing-key": binding.service,
        # Without both, a dead letter may be lost on its way.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return RabbitQueue(binding.queue, queue_type=QueueType.QUORUM, arguments=arguments)


def retry_queue(service: str, seconds: float) -> RabbitQueue:
    arguments: QuorumQueueArgs = {
        "x-message-ttl": int(seconds * 1000),
        # The default exchange: the routing key is the name of the queue that it came from.
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return RabbitQueue(f"{service}.retry.{seconds:g}", queue_type=QueueType.QUORUM, arguments=arguments)


async def declare(broker: RabbitBroker, topology: Topology) -> None:
    """Declare everything; what is there already stays."""
    events = await broker.declare_exchange(EVENTS)
    dead = await broker.declare_exchange(DEAD)
    for service in dict.fromkeys(binding.service for binding in topology.bindings):
        queue = await broker.declare_queue(dead_queue(service))
        await queue.bind(dead, routing_key=service)
    for binding in topology.bindings:
        queue = await broker.declare_queue(event_queue(binding))
        await queue.bind(events, routing_key=binding.pattern)
    for seconds in topology.retry_seconds:
        exchange = await broker.declare_exchange(retry_exchange(seconds))
        queue = await broker.declare_queue(retry_queue(topology.service, seconds))
        await queue.bind(exchange, routing_key=f"{topology.service}.#")
