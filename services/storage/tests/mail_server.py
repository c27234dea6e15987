"""A mail server that takes mail from whoever encrypts and logs in as `plan` with the password `geheim`.

Called with the folder of `server.pem` and `server.key`, and with `bare` where it is to offer no encryption. It prints its
port, then the recipients of each mail on a line.
"""

import socket
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Handler:
    async def handle_DATA(self, server, session, envelope):
        print(*envelope.rcpt_tos, flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"plan", b"geheim")
    return AuthResult(success=known, handled=False)


def main(folder, *words):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    encrypted = {} if "bare" in words else {"tls_context": context, "require_starttls": True}
    for tries_left in reversed(range(10)):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(
            Handler(), hostname="127.0.0.1", port=port, authenticator=authenticate, auth_required=True, **encrypted
        )
        try:
            controller.start()
            break
        except OSError:
            # Somebody else took the port in between.
            if not tries_left:
                raise
    print(port, flush=True)
    while True:
        time.sleep(60)


main(*sys.argv[1:])
