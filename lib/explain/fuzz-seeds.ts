/**
 * One short text per kind, in the layout of its tool: what fuzzing starts from where no recorded samples are at hand.
 * All names and numbers are invented.
 */
export const SEEDS: Readonly<Record<string, string>> = {
  mstconfig: `Device #1:
----------

Device type:    ConnectX7
Name:           MCX75310AAS-NEA_Ax
Device:         0000:18:00.0

Configurations:                                      Default             Current             Next Boot
*        NUM_OF_VFS                                  0                   16                  8
*        SRIOV_EN                                    False(0)            True(1)             True(1)
         LINK_TYPE_P1                                IB(1)               IB(1)               IB(1)
The '*' shows parameters with next value different from default/current value.
`,
  mstfwreset: `Reset-levels:
0: Driver, PCI link, network link will remain up ("live-Patch")  -Not Supported
3: Driver restart and PCI reset                                  -Supported     (default)
4: Warm Reboot                                                   -Supported

Reset-types (relevant only for reset-levels 1,3,4):
0: Full chip reset                                               -Supported     (default)

Reset-sync (relevant only for reset-level 3):
0: Tool is the owner                                             -Not supported
1: Driver is the owner                                           -Supported     (default)
`,
  flint: `Image type:            FS4
FW Version:            28.43.1014
FW Version(Running):   28.41.1000
PSID:                  MT_0000000838
Base GUID:             e09d730300120000        16
Security Attributes:   secure-fw
`,
  mlxlink: `Operational Info
----------------
State                              : Active
Physical state                     : LinkUp
Speed                              : IB-NDR
Width                              : 4x

Troubleshooting Info
--------------------
Recommendation                     : No issue was observed

Physical Counters and BER Info
------------------------------
Effective Physical Errors          : 0
Symbol BER                         : 15E-255
`,
  'mst-status': `MST modules:
------------
    MST PCI module is not loaded
    MST PCI configuration module loaded
PCI devices:
------------
DEVICE_TYPE             MST                           PCI       RDMA            NET                       NUMA
ConnectX7(rev:0)        /dev/mst/mt4129_pciconf0      18:00.0   mlx5_0          net-ibp24s0               0
`,
  devlink: `pci/0000:18:00.0:
  driver mlx5_core
  versions:
      fixed:
        fw.psid MT_0000000838
      running:
        fw.version 28.41.1000
      stored:
        fw.version 28.43.2026
`,
  ibstat: `CA 'mlx5_0'
	CA type: MT4129
	Number of ports: 1
	Firmware version: 28.43.2026
	Hardware version: 0
	Node GUID: 0xa088c20300c11a04
	System image GUID: 0xa088c20300c11a04
	Port 1:
		State: Active
		Physical state: LinkUp
		Rate: 400
		Base lid: 418
		LMC: 0
		SM lid: 1
		Capability mask: 0xa751e848
		Port GUID: 0xa088c20300c11a04
		Link layer: InfiniBand
`,
  ibstatus: `Infiniband device 'mlx5_0' port 1 status:
	default gid:	 fe80:0000:0000:0000:a088:c203:00c1:1a04
	base lid:	 0x1a2
	sm lid:		 0x1
	state:		 4: ACTIVE
	phys state:	 5: LinkUp
	rate:		 400 Gb/sec (4X NDR)
	link_layer:	 InfiniBand
`,
  rdma: `link mlx5_0/1 subnet_prefix fe80:0000:0000:0000 lid 418 sm_lid 1 lmc 0 state ACTIVE physical_state LINK_UP netdev ibp24s0
link mlx5_1/1 state DOWN physical_state DISABLED netdev ens1f0np0
`,
  ibdev2netdev: `mlx5_0 port 1 ==> ibp24s0 (Up)
mlx5_1 port 1 ==> ens1f0np0 (Down)
`,
  show_gids: `DEV     PORT    INDEX   GID                                     IPv4            VER     DEV
---     ----    -----   ---                                     ------------    ---     ---
mlx5_0  1       0       fe80:0000:0000:0000:9640:c9ff:fe8c:a09c                 v1      ens1f0np0
mlx5_0  1       3       0000:0000:0000:0000:0000:ffff:c000:0205 192.0.2.5       v2      ens1f0np0
n_gids_found=2
`,
  ibv_devinfo: `hca_id:	mlx5_4
	transport:			InfiniBand (0)
	fw_ver:				28.43.2026
	vendor_part_id:			4129
	board_id:			MT_0000000838
	phys_port_cnt:			1
		port:	1
			state:			PORT_ACTIVE (4)
			active_mtu:		4096 (5)
			sm_lid:			1
			port_lid:		418
			link_layer:		InfiniBand
`,
  mlnx_qos: `DCBX mode: OS controlled
Priority trust state: dscp
dscp2prio mapping:
	prio:0 dscp:07,06,05,04,03,02,01,00,
	prio:3 dscp:31,30,29,28,27,26,25,24,
PFC configuration:
	priority    0   1   2   3   4   5   6   7
	enabled     0   0   0   1   0   0   0   0
tc: 0 ratelimit: unlimited, tsa: vendor
	 priority:  1
`,
  perfquery: `# Port counters: Lid 418 port 1 (CapMask: 0x5A00)
PortSelect:......................1
SymbolErrorCounter:..............0
LinkDownedCounter:...............2
PortXmitData:....................1183427
PortRcvData:.....................1183427
`,
  ethtool: `driver: mlx5_core
version: 24.10-1.1.4
firmware-version: 28.43.2026 (MT_0000000838)
expansion-rom-version:
bus-info: 0000:18:00.0
supports-statistics: yes
`,
  sysfs: `/sys/class/infiniband/mlx5_0/ports/1/state:4: ACTIVE
/sys/class/infiniband/mlx5_0/ports/1/phys_state:5: LinkUp
/sys/class/infiniband/mlx5_0/ports/1/rate:400 Gb/sec (4X NDR)
/sys/class/infiniband/mlx5_0/fw_ver:28.43.2026
/sys/class/net/ibp24s0/device/sriov_numvfs:8
/sys/class/net/ibp24s0/device/sriov_totalvfs:16
`,
  'ip-link': `7: ibp24s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 2044 qdisc mq state UP mode DEFAULT group default qlen 256
    link/infiniband 00:00:10:49:fe:80:00:00:00:00:00:00:a0:88:c2:03:00:c1:1a:04 brd 00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff
    vf 0     link/infiniband 00:00:00:00:fe:80:00:00:00:00:00:00:00:00:00:00:00:00:00:00 brd 00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff, spoof checking off, NODE_GUID 00:00:00:00:00:00:00:00, PORT_GUID 00:00:00:00:00:00:00:00, link-state disable, trust off, query_rss off
`,
  perftest: `---------------------------------------------------------------------------------------
                    RDMA_Write BW Test
 Dual-port       : OFF		Device         : mlx5_0
 Number of qps   : 1		Transport type : IB
 Mtu             : 4096[B]
 Link type       : IB
---------------------------------------------------------------------------------------
 local address: LID 0x1a2 QPN 0x0127 PSN 0x8e2b0f
 remote address: LID 0x1a3 QPN 0x0128 PSN 0x9f2b0f
---------------------------------------------------------------------------------------
 #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]
 65536      5000             392.07             391.91		   0.747513
---------------------------------------------------------------------------------------
`,
  rping: `ping data: rdma-ping-0: ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\`abcdefghijklmnopqr
ping data: rdma-ping-1: BCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\`abcdefghijklmnopqrs
client DISCONNECT EVENT...
`,
  ibping: `Pong from dgx031.(none) (Lid 5): time 0.019 ms
Pong from dgx031.(none) (Lid 5): time 0.021 ms

--- dgx031.(none) (Lid 5) ibping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 2000 ms
rtt min/avg/max = 0.019/0.020/0.021 ms
`,
  lspci: `18:00.0 Infiniband controller [0207]: Mellanox Technologies MT2910 Family [ConnectX-7] [15b3:1021]
	Subsystem: Mellanox Technologies Device [15b3:0041]
	NUMA node: 0
	Capabilities: [60] Express (v2) Endpoint, MSI 00
		LnkCap:	Port #0, Speed 32GT/s, Width x16, ASPM not supported
		LnkSta:	Speed 16GT/s (downgraded), Width x16 (ok)
	Kernel driver in use: mlx5_core
`,
  dmesg: `[   12.345678] mlx5_core 0000:18:00.0: firmware version: 28.43.2026
[   12.400000] mlx5_core 0000:18:00.0: 252.048 Gb/s available PCIe bandwidth, limited by 16.0 GT/s PCIe x16 link at 0000:17:01.0 (capable of 504.112 Gb/s with 32.0 GT/s PCIe x16 link)
[   13.000000] mlx5_core 0000:18:00.0: Port module event: module 0, Cable plugged
[   99.000000] NVRM: Xid (PCI:0000:1b:00): 79, pid=1234, name=python3, GPU has fallen off the bus.
`,
  proc: `BOOT_IMAGE=/boot/vmlinuz-6.8.0 root=UUID=1234 ro iommu=pt intel_iommu=on default_hugepagesz=1G hugepages=16 pci=realloc=off
`,
  versions: `MLNX_OFED_LINUX-24.10-1.1.4.0:
`,
  kubelet: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
topologyManagerPolicy: single-numa-node
topologyManagerScope: container
reservedSystemCPUs: 0-3
`,
  'nvidia-smi-topo': `	GPU0	GPU1	NIC0	NIC1	CPU Affinity	NUMA Affinity	GPU NUMA ID
GPU0	 X 	NV18	PIX	SYS	0-55	0		N/A
GPU1	NV18	 X 	SYS	PIX	56-111	1		N/A
NIC0	PIX	SYS	 X 	SYS
NIC1	SYS	PIX	SYS	 X

Legend:

  X    = Self

NIC Legend:

  NIC0: mlx5_0
  NIC1: mlx5_1
`,
  'nvidia-smi-q': `==============NVSMI LOG==============

Timestamp                                 : Sat Nov 21 11:22:39 2026
Driver Version                            : 570.124.06
CUDA Version                              : 12.8

Attached GPUs                             : 1
GPU 00000000:1B:00.0
    Product Name                          : NVIDIA B200
    Persistence Mode                      : Enabled
    GPU Virtualization Mode
        Virtualization Mode               : None
    PCI
        GPU Link Info
            PCIe Generation
                Max                       : 5
                Current                   : 5
`,
  'nvidia-smi-csv': `index, name, pci.bus_id, driver_version, memory.total [MiB]
0, NVIDIA B200, 00000000:1B:00.0, 570.124.06, 183359 MiB
1, NVIDIA B200, 00000000:43:00.0, 570.124.06, 183359 MiB
`,
  nccl: `node-a:101:101 [0] NCCL INFO Bootstrap : Using eth0:192.0.2.1<0>
node-a:101:101 [0] NCCL INFO NCCL version 2.28.9+cuda12.9
node-a:101:140 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:192.0.2.1<0>
node-a:101:140 [0] NCCL INFO Using network IB
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     1048576        262144     float     sum      -1   161.41    6.50   12.18      0   160.43    6.54   12.25      0
# Out of bounds values : 0 OK
# Avg bus bandwidth    : 12.2150
#
`,
  'nccl-ras': `NCCL version 2.28.9 compiled with CUDA 12.9
CUDA runtime version 12090, driver version 12090

Job summary
===========

  Nodes  Processes         GPUs  Processes     GPUs
(total)   per node  per process    (total)  (total)
      2          8            1         16       16

Communicators... (0.00s)
=============

Group     Comms     Nodes     Ranks     Ranks     Ranks    Status  Errors
    #  in group  per comm  per node  per comm  in group
    0         1         2         8        16        16   RUNNING      OK
`,
  'nccl-inspector': `{"header":{"id":"0x1","rank":0,"n_ranks":2,"nnodes":2},"metadata":{"inspector_output_format_version":"v4.0","git_rev":"","rec_mechanism":"profiler","dump_timestamp_us":1,"hostname":"node-a","pid":101},"coll_perf":{"coll":"AllReduce","coll_sn":1,"coll_msg_size_bytes":1048576,"coll_exec_time_us":161,"coll_algobw_gbs":6.5,"coll_busbw_gbs":12.1}}
`,
  k8s: `apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodeState
metadata:
  name: dgx030
  namespace: network-operator
  annotations:
    sriovnetwork.openshift.io/current-state: DrainComplete
    sriovnetwork.openshift.io/desired-state: Reboot_Required
spec:
  interfaces:
  - name: ibp24s0
    numVfs: 8
    pciAddress: "0000:18:00.0"
status:
  interfaces:
  - name: ibp24s0
    pciAddress: "0000:18:00.0"
    totalvfs: 16
    vendor: 15b3
  syncStatus: InProgress
`,
  'config-daemon-log': `2026-11-21T14:09:57.057945775Z	INFO	daemon/daemon.go:180	Set log verbose level	{"new-level": 2}
2026-11-21T14:10:01.057945775Z	INFO	mellanox/mellanox_plugin.go:60	mellanox-plugin OnNodeStateChange()
2026-11-21T14:10:02.057945775Z	INFO	mellanox/mellanox.go:90	Changing TotalVfs, needs reboot	{"current": 16, "requested": 8}
2026-11-21T14:10:03.057945775Z	INFO	daemon/daemon.go:420	nodeStateSyncHandler(): trigger node reboot
`,
  'rdma-plugin-log': `2026/11/21 14:09:57 Starting K8s RDMA Shared Device Plugin version= master
2026/11/21 14:09:57 Using Kubelet Plugin Registry Mode
2026/11/21 14:09:57 Reading /k8s-rdma-shared-dev-plugin/config.json
2026/11/21 14:09:57 Warning: no Rdma Devices were found for resource rdma_shared_device_a
`,
  'sriov-plugin-log': `I1121 14:09:57.057945       1 manager.go:57] Using Kubelet Plugin Registry Mode
I1121 14:09:57.058945       1 main.go:46] resource manager reading configs
I1121 14:09:57.059945       1 manager.go:121] Creating new ResourcePool: resibp24s0
I1121 14:09:57.060945       1 netDeviceProvider.go:67] netdevice AddTargetDevices(): device found: 0000:18:00.2	02	Mellanox Technolo...	ConnectX Family mlx5Gen Virtual Function
`,
  'ipam-log': `{"level":"info","ts":"2026-11-21T14:09:57Z","msg":"start IPAM controller"}
2026-11-21T14:10:02Z	ERROR	pool has no free ranges	{"controller": "ippool", "controllerGroup": "nv-ipam.nvidia.com", "IPPool": "vf-pool-1", "node": "dgx033"}
2026-11-21T14:10:03Z	INFO	Starting workers	{"controller": "ippool", "controllerGroup": "nv-ipam.nvidia.com"}
`,
  'helm-output': `Error: INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the following chart(s):
network-operator:
- (root): Additional property nvIpam is not allowed
`,
  'pod-env': `PCIDEVICE_NVIDIA_COM_RESIBP24S0=0000:18:00.2
PCIDEVICE_NVIDIA_COM_RESIBP24S0_INFO={"0000:18:00.2":{"generic":{"deviceID":"0000:18:00.2"},"rdma":{"rdma_cm":"/dev/infiniband/rdma_cm","uverbs":"/dev/infiniband/uverbs2"}}}
`,
  'network-status': `[{
    "name": "cbr0",
    "interface": "eth0",
    "ips": ["10.244.1.4"],
    "default": true,
    "dns": {}
},{
    "name": "default/ibp24s0",
    "interface": "net1",
    "ips": ["192.168.1.2"],
    "dns": {},
    "device-info": {"type": "pci", "version": "1.1.0", "pci": {"pci-address": "0000:18:00.2", "rdma-device": "mlx5_12"}}
}]
`,
}
