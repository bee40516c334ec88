"""Faults of asyncua 2.1 that a plant would suffer from, mended while it runs. Each has a test that says when it may go.

* A server answers a request to repeat a message that it no longer has with an empty message and *Good*; clients then
  ask for ever, or never find their subscription again. It must say that the message, or the subscription, is not there.
* A server copies every value deeply for every subscriber. Values here are never changed after they are written, so
  that work is for nothing.
"""

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.internal_subscription import InternalSubscription
from asyncua.server.monitored_item_service import MonitoredItemValues
from asyncua.server.subscription_service import SubscriptionService


def mend() -> None:
    """Mend what is known to be broken; to do so twice does no harm."""
    SubscriptionService.republish = _republish
    MonitoredItemValues.set_current_datavalue = _keep


def _republish(self: SubscriptionService, params: ua.RepublishParameters) -> ua.NotificationMessage:
    subscription: InternalSubscription | None = self.subscriptions.get(params.SubscriptionId)
    if subscription is None:
        raise ServiceError(ua.StatusCodes.BadSubscriptionIdInvalid)
    if params.RetransmitSequenceNumber not in subscription._not_acknowledged_results:
        raise ServiceError(ua.StatusCodes.BadMessageNotAvailable)
    return subscription.republish(params.RetransmitSequenceNumber)


def _keep(self: MonitoredItemValues, value: ua.DataValue) -> None:
    self.old_dvalue, self.current_dvalue = self.current_dvalue, value
