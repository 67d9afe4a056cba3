"""aiohttp is imported without reading the authorities of the system, and knows them all the same when it needs them."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import ssl
read, load = [], ssl.SSLContext.load_default_certs
def counted(context, purpose=ssl.Purpose.SERVER_AUTH):
    read.append(context)
    load(context, purpose)
ssl.SSLContext.load_default_certs = counted
import k8stui.cluster.transport
from aiohttp import connector
assert ssl.SSLContext.load_default_certs is counted and not read
context = connector._SSL_CONTEXT_VERIFIED
assert isinstance(context, ssl.SSLContext) and context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
for _ in range(2):
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
assert read == [context] and type(context) is ssl.SSLContext
assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()
"""


def test_the_authorities_of_the_system_are_read_when_they_are_first_needed() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
