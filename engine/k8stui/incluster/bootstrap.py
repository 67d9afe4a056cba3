"""How a pod that holds nothing of ours starts our program: one `python3 -c` and a zip in environment variables.

`SOURCE` is the program text of every master and Python step. It joins the zip's chunks, removes them from the
environment before anything else runs, writes the zip where the container may write, and goes on as `master` or `step`.
"""

from .variables import ENV_ZIP

PACKAGE = "k8stui_incluster"
"""What this package is called inside the zip, beside whatever `k8stui` the image has."""

SOURCE = f"""\
import sys
if sys.version_info < (3, 9):
    sys.exit("k8stui: this image has Python %d.%d; steps need 3.9 or newer: set image=" % sys.version_info[:2])
import os
from binascii import a2b_base64
chunks = []
while "{ENV_ZIP}%d" % len(chunks) in os.environ:
    chunks.append(os.environ.pop("{ENV_ZIP}%d" % len(chunks)))
for base in filter(None, (os.environ.get("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm", os.getcwd())):
    home = os.path.join(base, "k8stui-" + os.urandom(6).hex())
    try:
        os.mkdir(home, 0o700)
        with open(home + "/k8stui.zip", "wb") as file:
            file.write(a2b_base64("".join(chunks)))
        break
    except OSError as error:
        problem = error
else:
    sys.exit("k8stui: no folder to write to (%s): mount an emptyDir at /tmp" % problem)
del chunks
sys.path.append(home + "/k8stui.zip")
if sys.argv[1] == "master":
    from {PACKAGE}.master import main
else:
    from {PACKAGE}.step import main
sys.exit(main(home))
"""
