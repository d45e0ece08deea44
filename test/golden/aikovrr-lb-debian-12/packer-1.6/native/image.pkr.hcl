# Written by Ingot for aikovrr-lb-debian-12. Do not change it here: it is made anew with every bake.
source "null" "layer" {
  communicator = "none"
}

build {
  sources = ["source.null.layer"]

  provisioner "shell-local" {
    environment_vars = [
      "LAYER_NAME=packages",
      "PARENT_DISK=base.qcow2",
      "OUTPUT_DISK=packages.qcow2",
      "PAYLOAD_DIR=layers/packages",
      "WORK_DIR=work/packages",
    ]
    inline_shebang = "/bin/bash -e"
    inline         = ["exec bash 'native-layer.sh'"]
  }

  provisioner "shell-local" {
    environment_vars = [
      "LAYER_NAME=configure",
      "PARENT_DISK=packages.qcow2",
      "OUTPUT_DISK=configure.qcow2",
      "PAYLOAD_DIR=layers/configure",
      "WORK_DIR=work/configure",
    ]
    inline_shebang = "/bin/bash -e"
    inline         = ["exec bash 'native-layer.sh'"]
  }

  provisioner "shell-local" {
    environment_vars = [
      "LAYER_NAME=sealed",
      "PARENT_DISK=configure.qcow2",
      "OUTPUT_DISK=sealed.qcow2",
      "PAYLOAD_DIR=layers/sealed",
      "WORK_DIR=work/sealed",
    ]
    inline_shebang = "/bin/bash -e"
    inline         = ["exec bash 'native-layer.sh'"]
  }
}
