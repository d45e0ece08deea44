// Imports an appliance as VMware's own client does, into its simulated vCenter, and prints what it made of it as JSON.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/ovf"
	"github.com/vmware/govmomi/ovf/importer"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vmdk"
)

type machine struct {
	Version    string   `json:"version"`
	Firmware   string   `json:"firmware"`
	GuestID    string   `json:"guestId"`
	CPUs       int32    `json:"cpus"`
	MemoryMiB  int64    `json:"memoryMiB"`
	Devices    []string `json:"devices"`
	Properties []string `json:"properties"`
}

type result struct {
	Log      []string              `json:"log"`
	Machine  machine               `json:"machine"`
	Disks    map[string]*vmdk.Info `json:"disks"`
	Imported []string              `json:"imported"`
}

func main() {
	simulator.Test(func(ctx context.Context, client *vim25.Client) {
		found, err := look(ctx, client, os.Args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_ = json.NewEncoder(os.Stdout).Encode(found)
	})
}

func look(ctx context.Context, client *vim25.Client, path string) (*result, error) {
	archive := &importer.TapeArchive{Path: path}
	archive.Client = client
	text, err := importer.ReadOvf("*.ovf", archive)
	if err != nil {
		return nil, err
	}
	envelope, err := importer.ReadEnvelope(text)
	if err != nil {
		return nil, err
	}
	spec, err := envelope.ToConfigSpecWithOptions(ovf.ToConfigSpecOptions{Strict: true})
	if err != nil {
		return nil, err
	}
	found := &result{Machine: describe(spec), Disks: map[string]*vmdk.Info{}}
	if err := checkManifest(archive, len(envelope.References)+1); err != nil {
		return nil, err
	}
	for _, file := range envelope.References {
		if found.Disks[file.Href], err = stat(archive, file); err != nil {
			return nil, err
		}
	}
	found.Imported, err = importInto(ctx, client, archive, &found.Log)
	return found, err
}

// The simulated vCenter knows no SHA-256: what a real one does with the manifest is done here.
func checkManifest(archive importer.Archive, files int) error {
	reader, _, err := archive.Open("*.mf")
	if err != nil {
		return err
	}
	defer reader.Close()
	sums, err := library.ReadManifest(reader)
	if err != nil {
		return err
	}
	if len(sums) != files {
		return fmt.Errorf("the manifest has %d of %d files", len(sums), files)
	}
	for name, sum := range sums {
		content, _, err := archive.Open(name)
		if err != nil {
			return err
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, content); err != nil {
			return err
		}
		if digest := fmt.Sprintf("%x", hash.Sum(nil)); sum.Algorithm != "SHA256" || sum.Checksum != digest {
			return fmt.Errorf("checksum of %s: the manifest says %s %s, it is %s", name, sum.Algorithm, sum.Checksum, digest)
		}
	}
	return nil
}

func stat(archive importer.Archive, file ovf.File) (*vmdk.Info, error) {
	reader, size, err := archive.Open(file.Href)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	if uint64(size) != uint64(file.Size) {
		return nil, fmt.Errorf("%s has %d bytes, its description says %d", file.Href, size, file.Size)
	}
	return vmdk.Seek(reader)
}

func importInto(ctx context.Context, client *vim25.Client, archive importer.Archive, log *[]string) ([]string, error) {
	finder := find.NewFinder(client)
	datacenter, err := finder.DefaultDatacenter(ctx)
	if err != nil {
		return nil, err
	}
	finder.SetDatacenter(datacenter)
	pool, _ := finder.ResourcePool(ctx, "DC0_H0/Resources")
	host, _ := finder.HostSystem(ctx, "DC0_H0/DC0_H0")
	datastore, _ := finder.DefaultDatastore(ctx)
	folders, err := datacenter.Folders(ctx)
	if err != nil {
		return nil, err
	}
	imp := importer.Importer{
		Log:    func(line string) (int, error) { *log = append(*log, line); return len(line), nil },
		Client: client, Finder: finder, Archive: archive,
		Datacenter: datacenter, Datastore: datastore, ResourcePool: pool, Host: host, Folder: folders.VmFolder,
	}
	ref, err := imp.Import(ctx, "*.ovf", importer.Options{})
	if err != nil {
		return nil, err
	}
	var vm mo.VirtualMachine
	if err := object.NewVirtualMachine(client, *ref).Properties(ctx, *ref, []string{"config"}, &vm); err != nil {
		return nil, err
	}
	return devicesOf(vm.Config.Hardware.Device), nil
}

func describe(spec types.VirtualMachineConfigSpec) machine {
	var devices []types.BaseVirtualDevice
	for _, change := range spec.DeviceChange {
		devices = append(devices, change.GetVirtualDeviceConfigSpec().Device)
	}
	found := machine{
		Version: spec.Version, Firmware: spec.Firmware, GuestID: spec.GuestId,
		CPUs: spec.NumCPUs, MemoryMiB: spec.MemoryMB, Devices: devicesOf(devices),
	}
	if spec.VAppConfig != nil {
		config := spec.VAppConfig.GetVmConfigSpec()
		for _, property := range config.Property {
			found.Properties = append(found.Properties, property.Info.Id)
		}
	}
	return found
}

// What the guest sees: disks, drives and cards, each with the kind of controller that it hangs on.
func devicesOf(devices []types.BaseVirtualDevice) []string {
	kinds := map[int32]string{}
	for _, device := range devices {
		kinds[device.GetVirtualDevice().Key] = kindOf(device)
	}
	names := []string{}
	for _, device := range devices {
		kind := kindOf(device)
		switch {
		case kind == "VirtualDisk" || kind == "VirtualCdrom":
			names = append(names, kind+" on "+kinds[device.GetVirtualDevice().ControllerKey])
		case strings.HasPrefix(kind, "VirtualVmxnet") || strings.HasPrefix(kind, "VirtualE1000"):
			names = append(names, kind)
		}
	}
	sort.Strings(names)
	return names
}

func kindOf(device types.BaseVirtualDevice) string {
	return strings.TrimPrefix(filepath.Ext(reflect.TypeOf(device).String()), ".")
}
