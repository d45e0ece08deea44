# Packer 1.7 and later take the QEMU builder from a plugin: `packer init` fetches it once.
packer {
  required_plugins {
    qemu = {
      version = ">= 1.1.0"
      source  = "github.com/hashicorp/qemu"
    }
  }
}
