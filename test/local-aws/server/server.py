"""A local AWS: moto_server 5.2.1 with the fixes that the Terraform AWS provider and realistic tests need.

Started by ../local-aws.ts; ends when its stdin ends.
"""

import os
import signal
import sys

# Managed policies such as AmazonAPIGatewayPushToCloudWatchLogs can be attached, as on AWS.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
# Larger objects would be temporary files, which clones would share with the original.
os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = str(1024**3)

import fixes.core  # noqa: E402, F401  first: the others wrap what it wraps
import fixes.apigateway  # noqa: E402, F401
import fixes.application_autoscaling  # noqa: E402, F401
import fixes.awslambda  # noqa: E402, F401
import fixes.awslambda_limits  # noqa: E402, F401
import fixes.contract  # noqa: E402, F401
import fixes.duplicates  # noqa: E402, F401
import fixes.dynamodb  # noqa: E402, F401
import fixes.iam_policies  # noqa: E402, F401
import fixes.iam_requests  # noqa: E402, F401
import fixes.iam_resources  # noqa: E402, F401
import fixes.iam_trust  # noqa: E402, F401
import fixes.kms  # noqa: E402, F401
import fixes.kms_use  # noqa: E402, F401
import fixes.logs  # noqa: E402, F401
import fixes.route53  # noqa: E402, F401
import fixes.s3  # noqa: E402, F401
import fixes.s3_refusals  # noqa: E402, F401
import fixes.secretsmanager  # noqa: E402, F401
import fixes.sns  # noqa: E402, F401
import fixes.sns_confirmation  # noqa: E402, F401
import fixes.sns_queues  # noqa: E402, F401
import fixes.sqs  # noqa: E402, F401
import admin  # noqa: E402, F401
from serving import serve  # noqa: E402

if __name__ == "__main__":
    # Lets a test make races between requests likely. Python's own value is 0.005.
    if "LOCAL_AWS_SWITCH_INTERVAL_SECONDS" in os.environ:
        sys.setswitchinterval(float(os.environ["LOCAL_AWS_SWITCH_INTERVAL_SECONDS"]))
    # The server does not wait for its clones, which are child processes.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Set where many clones of this server will be used instead of it.
    serve(is_warm="LOCAL_AWS_WARM" in os.environ)
