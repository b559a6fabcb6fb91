"""SNS's confirmation of subscriptions whose endpoint is not the caller's."""

import base64
import secrets
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from moto.core.responses import ActionResult
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

from .patching import replaces

CONFIRMED = {"email", "email-json", "http", "https"}


def is_pending(subscription):
    return subscription.attributes.get("PendingConfirmation") is True


# AWS: an address and a URL confirm a subscription with the token that they receive. A repeated request sends the token again.
# moto: confirms at once.
# Symptom: nobody notices here that an endpoint without a confirmation receives nothing.
@replaces(SNSBackend, "subscribe")
def ask_for_confirmation(subscribe, self, topic_arn, endpoint, protocol):
    subscription = subscribe(self, topic_arn, endpoint, protocol)
    if protocol in CONFIRMED and not hasattr(subscription, "token"):
        subscription.token = secrets.token_hex(128)
        subscription.attributes.update(PendingConfirmation=True, ConfirmationWasAuthenticated=False)
    # No test speaks to another machine.
    is_here = protocol in {"http", "https"} and urlsplit(endpoint).hostname in {"127.0.0.1", "localhost"}
    if is_here and is_pending(subscription):
        Thread(target=send_token, args=[subscription, self.region_name], daemon=True).start()
    return subscription


def send_token(subscription, region):
    topic_arn, token = subscription.topic_arn, subscription.token
    message = {
        "Type": "SubscriptionConfirmation",
        "MessageId": secrets.token_hex(16),
        "Token": token,
        "TopicArn": topic_arn,
        "Message": f"You have chosen to subscribe to the topic {topic_arn}.",
        "SubscribeURL": f"https://sns.{region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}",
        "Timestamp": iso_8601_datetime_with_milliseconds(),
    }
    # Signed like moto's notifications, whose certificate anybody may download.
    text = "".join(f"{name}\n{message[name]}\n" for name in sorted(message))
    signature = subscription.private_key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    notification = subscription.get_post_data("", message["MessageId"], None)
    message |= {name: notification[name] for name in ("SignatureVersion", "SigningCertURL")}
    message["Signature"] = base64.b64encode(signature).decode()
    headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": message["Type"]}
    with suppress(requests.RequestException):
        requests.post(subscription.endpoint, json=message, headers=headers, timeout=15)


@replaces(SNSResponse, "confirm_subscription")
def confirm(confirm_subscription, self):
    confirm_subscription(self)
    topic_arn, token = self._get_param("TopicArn"), self._get_param("Token")
    for subscription in self.backend.subscriptions.values():
        if subscription.topic_arn == topic_arn and getattr(subscription, "token", None) == token:
            subscription.attributes["PendingConfirmation"] = False
            return ActionResult({"SubscriptionArn": subscription.arn})
    raise SNSInvalidParameter("Invalid parameter: Token")


# AWS: names the ARN of a pending subscription only to a caller who asks for it.
@replaces(SNSResponse, "subscribe")
def keep_arn_back(subscribe, self):
    answer = subscribe(self)
    subscription = self.backend.subscriptions[answer.result["SubscriptionArn"]]
    asked = str(self._get_param("ReturnSubscriptionArn")).lower() == "true"
    return ActionResult({"SubscriptionArn": "pending confirmation"}) if is_pending(subscription) and not asked else answer


def list_without_pending_arns(list_subscriptions, self):
    answer = list_subscriptions(self)
    answer.result["Subscriptions"] = [
        {
            "SubscriptionArn": "PendingConfirmation" if is_pending(subscription) else subscription.arn,
            "Owner": subscription.owner,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "TopicArn": subscription.topic_arn,
        }
        for subscription in answer.result["Subscriptions"]
    ]
    return answer


replaces(SNSResponse, "list_subscriptions")(list_without_pending_arns)
replaces(SNSResponse, "list_subscriptions_by_topic")(list_without_pending_arns)


# AWS: nobody can remove a pending subscription; it ends with its topic or after some days.
@replaces(SNSResponse, "unsubscribe")
def keep_pending(unsubscribe, self):
    subscription = self.backend.subscriptions.get(self._get_param("SubscriptionArn"))
    if subscription and is_pending(subscription):
        raise SNSInvalidParameter(
            "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
        )
    return unsubscribe(self)


@replaces(Subscription, "publish")
def deliver_when_confirmed(publish, self, *args, **kwargs):
    if not is_pending(self):
        publish(self, *args, **kwargs)
