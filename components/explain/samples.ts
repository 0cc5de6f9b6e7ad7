/** Short captures to try the page with, in the tools' own layouts. */
export const SAMPLES: readonly { title: string; name: string; text: string }[] = [
  {
    title: 'mstconfig: a change that waits',
    name: 'mstconfig.txt',
    text: `Device #1:
----------

Device type:    ConnectX7
Name:           MCX750500B-0D00_DK_Ax
Description:    NVIDIA adapter card
Device:         0000:18:00.0

Configurations:                              Default             Current         Next Boot
*       NUM_OF_VFS                           0                   16              8
        SRIOV_EN                             False(0)            True(1)         True(1)
        LINK_TYPE_P1                         IB(1)               IB(1)           IB(1)
The '*' shows parameters with next value different from default/current value.
`,
  },
  {
    title: 'NCCL log: fell back to sockets',
    name: 'nccl.log',
    text: `dgx030:2101:2101 [0] NCCL INFO Bootstrap : Using eth0:10.0.0.30<0>
dgx030:2101:2101 [0] NCCL INFO NCCL version 2.27.7+cuda12.9
dgx030:2101:2160 [0] NCCL INFO NET/IB : No device found.
dgx030:2101:2160 [0] NCCL INFO NET/Socket : Using [0]eth0:10.0.0.30<0>
dgx030:2101:2160 [0] NCCL INFO Using network Socket
`,
  },
  {
    title: 'ibstat: a port that is down',
    name: 'ibstat.txt',
    text: `CA 'mlx5_7'
	CA type: MT4129
	Number of ports: 1
	Firmware version: 28.43.2026
	Hardware version: 0
	Node GUID: 0xa088c20300ab12c8
	System image GUID: 0xa088c20300ab12c8
	Port 1:
		State: Down
		Physical state: Polling
		Rate: 40
		Base lid: 65535
		LMC: 0
		SM lid: 0
		Capability mask: 0xa651e848
		Port GUID: 0xa088c20300ab12c8
		Link layer: InfiniBand
`,
  },
]
