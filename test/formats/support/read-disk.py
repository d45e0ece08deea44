"""Prints the digest and the size of what a disk holds, as Dissect reads it: read-disk.py KIND FILE."""

import hashlib
import sys
from pathlib import Path

from dissect.hypervisor.disk.qcow2 import QCow2
from dissect.hypervisor.disk.vhd import VHD
from dissect.hypervisor.disk.vhdx import VHDX
from dissect.hypervisor.disk.vmdk import VMDK

OPENERS = {
    "qcow2": lambda path: QCow2(path).open(),
    "vhd": lambda path: VHD(path.open("rb")),
    "vhdx": VHDX,
    "vmdk": VMDK,
}

disk = OPENERS[sys.argv[1]](Path(sys.argv[2]))
digest, size = hashlib.sha256(), 0
while piece := disk.read(1 << 20):
    digest.update(piece)
    size += len(piece)
print(digest.hexdigest(), size)
