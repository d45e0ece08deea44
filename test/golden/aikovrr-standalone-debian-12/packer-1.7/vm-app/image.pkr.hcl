# Written by Ingot for aikovrr-standalone-debian-12. Do not change it here: it is made anew with every bake.
source "qemu" "layer" {
  # The parent is never written to: this layer is an overlay on it.
  disk_image       = true
  use_backing_file = true
  iso_url          = "vm-packages/layer.qcow2"
  iso_checksum     = "none"
  format           = "qcow2"
  disk_size        = "20480M"
  output_directory = "vm-app"
  vm_name          = "layer.qcow2"
  skip_compaction  = true
  disk_compression = false


  # Layers are thrown away when a bake fails: nothing needs to reach the platter in order. Freed blocks must reach the file.
  disk_interface     = "virtio"
  disk_cache         = "unsafe"
  disk_discard       = "unmap"
  disk_detect_zeroes = "unmap"

  cd_files = ["cloud-init/build/user-data", "cloud-init/build/meta-data"]
  cd_label = "cidata"

  headless    = true
  accelerator = "kvm"
  cpus        = 4
  memory      = 2048
  net_device  = "virtio-net"
  qemuargs = [
    ["-cpu", "host"],
    ["-netdev", "user,id=user.0,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22"],
    ["-serial", "file:app.serial.log"],
  ]

  ssh_username           = "ingot-build"
  ssh_private_key_file   = "build-key"
  ssh_timeout            = "10m"
  ssh_handshake_attempts = 100
  shutdown_command       = "sudo setsid bash /run/ingot/payload/power-off.sh </dev/null >/dev/null 2>&1 &"
  shutdown_timeout       = "10m"
}

build {
  sources = ["source.qemu.layer"]

  # The payload stays in memory: nothing of it can be left on the disk.
  provisioner "shell" {
    inline = [
      "cloud-init status --wait >/dev/null || true",
      "sudo mkdir -p /run/ingot",
      "sudo mount -t tmpfs -o size=75%,mode=0755,uid=$(id -u) tmpfs /run/ingot",
    ]
  }

  provisioner "file" {
    source      = "layers/app.tar"
    destination = "/run/ingot/payload.tar"
    generated   = true
  }

  # Services are held back while packages are installed, as in the native driver's chroot.
  provisioner "shell" {
    inline = [
      "mkdir /run/ingot/payload",
      "sudo tar -C /run/ingot/payload --no-same-owner -xf /run/ingot/payload.tar",
      "rm /run/ingot/payload.tar",
      "printf '#!/bin/sh\\nexit 101\\n' | sudo install -m 0755 /dev/stdin /usr/sbin/policy-rc.d",
    ]
  }

  # The same environment as in the native driver's chroot.
  provisioner "shell" {
    inline = [
      "sudo env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 bash /run/ingot/payload/run-layer.sh </dev/null",
      "sudo rm -f /usr/sbin/policy-rc.d",
    ]
  }
}
