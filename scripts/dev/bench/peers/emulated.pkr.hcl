# Why: the peer that most people have: one Packer template, written by hand, a VM, packages over SSH, a compressed disk.
# Needs: Packer with its QEMU builder (built in up to 1.6, installed as a plugin from 1.7 on). In the language that both read.
variable "base" {
  type = string
}

variable "output_dir" {
  type = string
}

variable "disk_size" {
  type = string
}

# user-data and meta-data for cloud-init.
variable "seed_dir" {
  type = string
}

variable "key_file" {
  type = string
}

variable "login_user" {
  type = string
}

# sources.list, apt.conf and perhaps ca.crt: this host's way to the packages.
variable "access_dir" {
  type = string
}

variable "packages" {
  type = string
}

source "qemu" "plain" {
  disk_image       = true
  iso_url          = var.base
  iso_checksum     = "none"
  format           = "qcow2"
  disk_size        = var.disk_size
  disk_compression = true
  output_directory = var.output_dir
  vm_name          = "disk.qcow2"

  cd_files = ["${var.seed_dir}/user-data", "${var.seed_dir}/meta-data"]
  cd_label = "cidata"

  accelerator    = "tcg"
  headless       = true
  cpus           = 2
  memory         = 2048
  net_device     = "virtio-net"
  disk_interface = "virtio"
  qemuargs       = [["-cpu", "max"]]

  ssh_username           = var.login_user
  ssh_private_key_file   = var.key_file
  ssh_timeout            = "30m"
  ssh_handshake_attempts = 100
  shutdown_command       = "sudo poweroff"
  shutdown_timeout       = "15m"
}

build {
  sources = ["source.qemu.plain"]

  provisioner "shell" {
    inline = ["cloud-init status --wait >/dev/null || true", "mkdir /tmp/access"]
  }

  provisioner "file" {
    source      = "${var.access_dir}/"
    destination = "/tmp/access"
  }

  provisioner "shell" {
    inline = [
      "sudo mkdir /run/bench",
      "sudo cp /tmp/access/* /run/bench/",
      "export DEBIAN_FRONTEND=noninteractive APT_CONFIG=/run/bench/apt.conf",
      "sudo -E apt-get -y -q update",
      "sudo -E apt-get -y -q install ${var.packages}",
      "sudo -E apt-get -y -q clean",
      "sudo rm -rf /tmp/access /var/lib/apt/lists/*",
      "sudo cloud-init clean --logs",
    ]
  }
}
