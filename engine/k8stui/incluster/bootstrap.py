"""How a pod that holds nothing of ours starts our program: one `python3 -c` and its source in environment variables.

`SOURCE` is the program text of every master and Python step. It joins the chunks of the program, removes them from the
environment before anything else runs, writes its files where the container may write, and goes on as `master` or
`step`. Files in a folder rather than a zip: `zipimport` would cost every module's import a third of a millisecond.
Bytecode is of no use in a pod, and would count as what a step has written.
"""

from .wire.variables import ENV_PROGRAM

PACKAGE = "k8stui_incluster"
"""What this package is called in a pod, beside whatever `k8stui` the image has."""

OURS = "ours"
"""Folder of the package."""

SOURCE = f"""\
import sys
if sys.version_info < (3, 9):
    sys.exit("k8stui: this image has Python %d.%d; steps need 3.9 or newer: set image=" % sys.version_info[:2])
import os, zlib
from binascii import a2b_base64
chunks = []
while "{ENV_PROGRAM}%d" % len(chunks) in os.environ:
    chunks.append(os.environ.pop("{ENV_PROGRAM}%d" % len(chunks)))
parts = zlib.decompress(a2b_base64("".join(chunks))).split(b"\\0")
for base in filter(None, (os.environ.get("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm", os.getcwd())):
    home = os.path.join(base, "k8stui-" + os.urandom(6).hex())
    try:
        os.mkdir(home, 0o700)
        for path, text in zip(parts[::2], parts[1::2]):
            path = os.path.join(home, path.decode())
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text)
        break
    except OSError as error:
        problem = error
else:
    sys.exit("k8stui: no folder to write to (%s): mount an emptyDir at /tmp" % problem)
del chunks, parts
sys.dont_write_bytecode = True
sys.path.append(home + "/{OURS}")
if sys.argv[1] == "master":
    from {PACKAGE}.master.main import main
else:
    from {PACKAGE}.runner.step import main
sys.exit(main(home))
"""
