"""Listening on a free port, cloning, and ending together with the test process."""

import functools
import json
import logging
import os
import stat
import sys
import threading

from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from api_models.judge import judged
from recording import recorded

FIRST_INHERITED_FD = 3
# The services of the test stacks, by moto's name, and by botocore's where that differs.
SERVICES = {
    **{
        name: name
        for name in "apigateway cloudwatch dynamodb ec2 iam kms logs s3 secretsmanager sns sqs sts wafv2".split()
    },
    "applicationautoscaling": "application-autoscaling",
    "awslambda": "lambda",
}
application = None


def end_with_parent():
    """Exits at end of file on stdin: the test process, which holds the other end, has ended, even after kill -9."""
    while os.read(0, 1024):
        pass
    os._exit(0)


class Handler(WSGIRequestHandler):
    """Answers a request line that it cannot read with a status line: Python takes it for HTTP/0.9, which has none."""

    default_request_version = "HTTP/1.1"


def listen(report_port):
    threading.Thread(target=end_with_parent, daemon=True).start()
    server = make_server("127.0.0.1", 0, judged(recorded(application)), threaded=True, request_handler=Handler)
    os.environ["MOTO_PORT"] = str(server.server_port)
    report_port(server.server_port)
    server.serve_forever()


class Application(DomainDispatcherApplication):
    """Caches moto's lookup, which matches 190 patterns for each request."""

    def __init__(self):
        super().__init__(create_backend_app)
        self.get_backend_for_host = functools.cache(self.get_backend_for_host)

    # AWS: anybody may download the certificates of SNS.
    # moto: takes every request without a signature for one to S3.
    # Symptom: no test can verify the signature of a message as a subscriber does.
    def infer_service_region_host(self, environ, path):
        if path.startswith("/SimpleNotificationService-"):
            return environ["HTTP_HOST"]
        return super().infer_service_region_host(environ, path)

    def warm_up(self):
        """Loads in advance what requests would load, so that clones have it."""
        for name, model in SERVICES.items():
            self.app_instances[name] = create_backend_app(name)
            get_service_model(model)
        # Searching for any access key loads AWS's managed policies of every partition.
        get_account_id_from("nobody")

    def forget_threads(self):
        """In a clone, where no thread is left that would release the lock."""
        self.lock = threading.Lock()


def serve(is_warm=False):
    """Prints `{"port": N}` as its only line of output once requests are accepted; never returns."""
    global application
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = Application()
    if is_warm:
        application.warm_up()

    def print_port(port):
        print(json.dumps({"port": port}), flush=True)

    listen(print_port)


def serve_clone(report_to):
    """In a freshly forked process: drops the sockets of the original and listens on a port of its own."""
    try:
        application.forget_threads()
        drop_inherited_sockets()

        def write_port(port):
            os.write(report_to, f"{port}\n".encode())
            os.close(report_to)

        listen(write_port)
    except BaseException as error:
        print(f"clone failed: {error!r}", file=sys.stderr)
    finally:
        os._exit(1)


def drop_inherited_sockets():
    """Drops inherited connections: the original's clients would wait for the clone to close them. The numbers stay in use, because
    the sockets that Python still holds close them once more, whatever has them then."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else range(FIRST_INHERITED_FD, 1024):
        descriptor = int(name)
        try:
            if descriptor >= FIRST_INHERITED_FD and stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.dup2(nowhere, descriptor)
        except OSError:
            pass
    os.close(nowhere)
