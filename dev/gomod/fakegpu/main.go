// fakegpu advertises GPUs that do not exist, as a device plugin of the kubelet: pods that ask for them are scheduled, and
// find none. Usage: fakegpu COUNT
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const (
	resource = "nvidia.com/gpu"
	socket   = "fakegpu.sock"
	look     = time.Second // how often: the kubelet tells a plugin nothing when it starts again
)

type plugin struct {
	v1beta1.UnimplementedDevicePluginServer
	devices []*v1beta1.Device
}

func newPlugin(count int) *plugin {
	p := &plugin{}
	for i := range count {
		p.devices = append(p.devices, &v1beta1.Device{ID: fmt.Sprintf("GPU-fake-%d", i), Health: v1beta1.Healthy})
	}
	return p
}

func (p *plugin) GetDevicePluginOptions(context.Context, *v1beta1.Empty) (*v1beta1.DevicePluginOptions, error) {
	return &v1beta1.DevicePluginOptions{}, nil
}

// ListAndWatch says once what there is; it never changes.
func (p *plugin) ListAndWatch(_ *v1beta1.Empty, stream v1beta1.DevicePlugin_ListAndWatchServer) error {
	if err := stream.Send(&v1beta1.ListAndWatchResponse{Devices: p.devices}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

// Allocate gives the container nothing but the variable that NVIDIA's own plugin sets.
func (p *plugin) Allocate(_ context.Context, request *v1beta1.AllocateRequest) (*v1beta1.AllocateResponse, error) {
	response := &v1beta1.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		envs := map[string]string{}
		for i, id := range container.DevicesIds {
			if i > 0 {
				envs["NVIDIA_VISIBLE_DEVICES"] += ","
			}
			envs["NVIDIA_VISIBLE_DEVICES"] += id
		}
		response.ContainerResponses = append(response.ContainerResponses, &v1beta1.ContainerAllocateResponse{Envs: envs})
	}
	return response, nil
}

// register tells the kubelet where the plugin listens.
func register(ctx context.Context) error {
	connection, err := grpc.NewClient("unix://"+v1beta1.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err = v1beta1.NewRegistrationClient(connection).Register(ctx, &v1beta1.RegisterRequest{
		Version: v1beta1.Version, Endpoint: socket, ResourceName: resource})
	return err
}

// serve listens and registers, until the kubelet starts again: it then empties its plugin directory.
func serve(ctx context.Context, p *plugin) error {
	path := filepath.Join(v1beta1.DevicePluginPath, socket)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	v1beta1.RegisterDevicePluginServer(server, p)
	go server.Serve(listener)
	defer server.Stop()

	registered := false
	for {
		if !registered {
			if err := register(ctx); err != nil {
				log.Print(err)
			} else {
				registered = true
				log.Printf("registered %d x %s", len(p.devices), resource)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
		if _, err := os.Stat(path); err != nil {
			return nil
		}
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: fakegpu COUNT")
	}
	count, err := strconv.Atoi(os.Args[1])
	if err != nil || count < 1 {
		log.Fatalf("COUNT is %q; expected a positive number", os.Args[1])
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for p := newPlugin(count); ctx.Err() == nil; {
		if err := serve(ctx, p); err != nil && ctx.Err() == nil {
			log.Fatal(err)
		}
	}
}
