#!/usr/bin/env python3
"""RDMA tests of Cairn: perftest and rping between pairs of nodes, rail by rail.

Every pod of the run starts this. Pod 0 also coordinates: all pods (its own too) connect to it, report what they have, and are told
whose turn it is by step numbers. What a step is, every pod works out by itself from the run's variables, and command lines are
constants: a message can start nothing else. Each round of steps uses every node once, so pairs do not disturb each other.

Only the coordinator's output matters. Sections of it are framed, and what tools print is indented, so that it can frame nothing:

    cairn-rdma: begin {"step": 3, "test": "write-bw", "rail": 0, ...}
      what both ends printed
    cairn-rdma: end {"step": 3, ...}

Exit status: 0 all steps were tried, 1 a pod was lost or never came, 78 wrong number of HCAs, 127 no tools.
"""

import fcntl
import ipaddress
import json
import os
import queue
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

LOST, WRONG_HCAS = 1, 78
ROOT = os.environ.get("CAIRN_ROOT", "")
# Longest line of a message and what is kept of one end's output, bytes; lines and their length, of which the log gets.
MAX_MESSAGE, MAX_OUTPUT, MAX_LINES, MAX_WIDTH = 1 << 20, 64 * 1024, 400, 400
MAX_RAILS, MAX_NODES, ALL_PAIRS = 16, 64, 8
# Seconds: all pods come, a stopped end ends by itself, nothing is heard; then one test at most, and until its server listens.
JOIN_S, STOP_S, IDLE_S = 90, 5, 600
LIMIT_S = {"write-bw": 20, "write-bw-gpu": 40, "write-lat": 15, "rping": 15}
LISTEN_S = {"write-bw": 10, "write-bw-gpu": 30, "write-lat": 10, "rping": 10}
TOOLS = {"write-bw": "ib_write_bw", "write-bw-gpu": "ib_write_bw", "write-lat": "ib_write_lat", "rping": "rping"}
FIRST_PORT, PORTS = 20000, 8000
DEVICE = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
BDF = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\Z")
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
PRINTING = threading.Lock()


def say(text):
    """One line of our own."""
    with PRINTING:
        print(f"cairn: {text}", flush=True)


def frame(kind, values, lines=()):
    """A framed line, and what follows it, indented."""
    with PRINTING:
        print(f"cairn-rdma: {kind} {json.dumps(values)}")
        for line in lines:
            print(f"  {line}")
        sys.stdout.flush()


def words(name, limit):
    """A comma-separated variable."""
    return [word for word in os.environ.get(name, "").split(",") if word][:limit]


class Work:
    """What the run is, the same on every pod."""

    def __init__(self):
        self.nodes = words("CAIRN_NODES", MAX_NODES)
        self.peers = words("CAIRN_PEERS", MAX_NODES)
        self.resources = words("CAIRN_RAILS", MAX_RAILS)
        self.tests = [test for test in words("CAIRN_TESTS", len(TOOLS)) if test in TOOLS]
        self.port = int(os.environ.get("CAIRN_PORT", "29501"))
        self.index = int(os.environ.get("JOB_COMPLETION_INDEX", "0"))
        self.node = os.environ.get("CAIRN_NODE", "")
        self.ends = time.monotonic() + int(os.environ.get("CAIRN_SECONDS", "600"))
        self.rounds = rounds(len(self.nodes))

    def batches(self, rails):
        """Steps in order, as batches that run at once: (number, test, rail, client, server), nodes by place."""
        number = 0
        for rail in range(rails):
            for test in self.tests:
                for pairs in self.rounds:
                    yield [(number + at, test, rail, *pair) for at, pair in enumerate(pairs)]
                    number += len(pairs)


def rounds(count):
    """Rounds of disjoint pairs (client, server): both ways between two nodes, all pairs up to 8, else each with its neighbour."""
    if count < 2:
        return []
    if count == 2:
        return [[(0, 1)], [(1, 0)]]
    if count > ALL_PAIRS:
        ring = [(at, (at + 1) % count) for at in range(count)]
        last = [ring.pop()] if count % 2 else []
        return [part for part in (ring[0::2], ring[1::2], last) if part]
    # Round robin by the circle method; with an odd number one node rests in each round.
    places = list(range(count)) + ([None] if count % 2 else [])
    found = []
    for _ in range(len(places) - 1):
        pairs = zip(places[: len(places) // 2], reversed(places[len(places) // 2 :]))
        found.append(sorted(turned(a, b, count) for a, b in pairs if a is not None and b is not None))
        places.insert(1, places.pop())
    return found


def turned(a, b, count):
    """Who sends: each node to the next half of the circle, so that all send and receive."""
    a, b = min(a, b), max(a, b)
    return (a, b) if 2 * (b - a) < count or (2 * (b - a) == count and a % 2 == 0) else (b, a)


# What this pod has.


def read(path):
    """Text of a small file, empty where there is none."""
    try:
        with open(ROOT + path, encoding="utf-8", errors="replace") as file:
            return file.read(4096).strip()
    except OSError:
        return ""


def listing(path):
    """Names in a folder, in order."""
    try:
        return sorted(os.listdir(ROOT + path))
    except OSError:
        return []


def devices_of(resource):
    """(device, PCI address) given for a resource: rdma_dev of PCIDEVICE_*_INFO (device plugin 3.10 and later), else sysfs by address."""
    key = "PCIDEVICE_" + re.sub(r"[^A-Za-z0-9]", "_", resource).upper()
    try:
        info = json.loads(os.environ.get(key + "_INFO", ""))
    except ValueError:
        info = {}
    found = []
    for pci, parts in sorted(info.items()) if isinstance(info, dict) else []:
        rdma = parts.get("rdma") if isinstance(parts, dict) else None
        name = rdma.get("rdma_dev") if isinstance(rdma, dict) else None
        if isinstance(name, str) and DEVICE.match(name):
            found.append((name, pci))
    addresses = [pci for pci in os.environ.get(key, "").split(",") if BDF.match(pci)]
    return found or [(name, pci) for pci in addresses for name in listing(f"/sys/bus/pci/devices/{pci}/infiniband")]


def shared_devices():
    """(device, PCI address) of all active devices with a verbs node, by PCI address: shared clusters name none."""
    found = []
    for name in listing("/sys/class/infiniband"):
        base = f"/sys/class/infiniband/{name}"
        usable = [node for node in listing(f"{base}/device/infiniband_verbs") if os.path.exists(f"{ROOT}/dev/infiniband/{node}")]
        if DEVICE.match(name) and usable and "ACTIVE" in read(f"{base}/ports/1/state"):
            found.append((name, os.path.basename(os.path.realpath(f"{ROOT}{base}/device"))))
    return sorted(found, key=lambda pair: pair[1])


def pci_path(pci, of_pf):
    """Bridges above a device in sysfs, outermost first; above its PF for a VF."""
    path = f"{ROOT}/sys/bus/pci/devices/{pci}"
    if of_pf and os.path.exists(f"{path}/physfn"):
        path = f"{path}/physfn"
    return [part for part in os.path.realpath(path).split("/") if BDF.match(part)][:-1]


def gpus():
    """(index, PCI address) of the pod's GPUs, in PCI order as CUDA numbers them here; none where nvidia-smi says nothing."""
    try:
        done = subprocess.run(["nvidia-smi", "--query-gpu=index,pci.bus_id", "--format=csv,noheader"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return []
    found = re.findall(r"^(\d{1,3}), *[0-9A-Fa-f]{4}([0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7])$", done.stdout, re.MULTILINE)
    return [(int(index), pci.lower()) for index, pci in found]


def nearest_gpu(pci, having):
    """(GPU under the same PCIe switch, None), or (None, why there is none): the one with the longest common path."""
    if not having:
        return None, "the pod sees no GPU (nvidia-smi)"
    mine = pci_path(pci, True)
    common = [(len(os.path.commonprefix([mine, pci_path(gpu, False)])), -index, gpu) for index, gpu in having]
    bridges, index, gpu = max(common)
    if bridges == 0:
        return None, f"no GPU of the pod is under the same PCIe switch as {pci}"
    return {"index": -index, "pci": gpu}, None


def cuda_support():
    """Options of this perftest for GPU memory: None where it was built without CUDA."""
    try:
        done = subprocess.run(["ib_write_bw", "--help"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    usage = done.stdout + done.stderr
    if "--use_cuda" not in usage:
        return None
    needs_dmabuf = not os.path.exists(f"{ROOT}/sys/module/nvidia_peermem")
    return ["--use_cuda_dmabuf"] if needs_dmabuf and "--use_cuda_dmabuf" in usage else []


def address_of(netdev):
    """IPv4 address of an interface; None where it has none."""
    request = struct.pack("256s", netdev.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            return socket.inet_ntoa(fcntl.ioctl(probe.fileno(), 0x8915, request)[20:24])  # SIOCGIFADDR
        except OSError:
            return None


def gid_index(device):
    """Index of the RoCE v2 GID with an IPv4 address; None where there is none."""
    base = f"/sys/class/infiniband/{device}/ports/1"
    for index in sorted(listing(f"{base}/gids"), key=lambda text: int(text) if text.isdigit() else 1 << 20):
        is_v4 = read(f"{base}/gids/{index}").startswith("0000:0000:0000:0000:0000:ffff:")
        if index.isdigit() and is_v4 and read(f"{base}/gid_attrs/types/{index}") == "RoCE v2":
            return int(index)
    return None


def describe(device, pci, having):
    """What is known of one HCA of this pod."""
    base = f"/sys/class/infiniband/{device}"
    state = read(f"{base}/ports/1/state").partition(": ")[2] or None
    rate = re.match(r"(\d+(?:\.\d+)?) Gb/sec", read(f"{base}/ports/1/rate"))
    link = read(f"{base}/ports/1/link_layer") or None
    gpu, why = (None, None) if having is None else nearest_gpu(pci, having)
    netdevs = listing(f"{base}/device/net") or listing(f"/sys/bus/pci/devices/{pci}/net")
    exists = os.path.exists(f"{ROOT}/sys/bus/pci/devices/{pci}")
    kind = ("vf" if os.path.exists(f"{ROOT}/sys/bus/pci/devices/{pci}/physfn") else "pf") if exists else None
    return {
        "device": device,
        "pci": pci,
        "function": kind,
        "state": state,
        "link": link,
        "rateGbps": float(rate.group(1)) if rate else None,
        "gid": gid_index(device) if link == "Ethernet" else None,
        "address": next((found for found in map(address_of, netdevs) if found), None),
        "gpu": gpu,
        "noGpu": why,
    }


def report(work):
    """What this pod has, or why it cannot take part."""
    needs_gpu = "write-bw-gpu" in work.tests
    having = gpus() if needs_gpu else None
    # Rails in the order of the run, each from its own resource; where devices are shared, all of them.
    given = [devices_of(resource) for resource in work.resources] or [[pair] for pair in shared_devices()[:MAX_RAILS]]
    found = [pair for each in given for pair in each]
    want = len(work.resources)
    error = None
    if want and (len(found) != want or any(len(each) != 1 for each in given)):
        error = f"expected {want} HCAs, one per requested rail, but this pod sees {len(found)}: not measuring"
    elif not found:
        error = "this pod sees no active RDMA device: not measuring"
    elif work.node not in work.nodes:
        error = f"this pod runs on {work.node or 'a node it is not told'}, which was not chosen"
    return {
        "node": work.node,
        "error": error,
        "rails": [] if error else [describe(device, pci, having) for device, pci in found],
        "cuda": cuda_support() if needs_gpu else None,
        "missing": sorted({TOOLS[test] for test in work.tests if shutil.which(TOOLS[test]) is None}),
    }


def why_not(test, mine):
    """Why an end cannot take part in a test on its HCA; None when it can. `mine` is (report, rail)."""
    whole, rail = mine
    if TOOLS[test] in whole["missing"]:
        return f"the image has no {TOOLS[test]}"
    if test == "write-bw-gpu" and whole["cuda"] is None:
        return "this perftest was built without CUDA (ib_write_bw has no --use_cuda)"
    if test == "write-bw-gpu" and rail["gpu"] is None:
        return rail["noGpu"] or "no GPU is known"
    if test == "rping" and rail["address"] is None:
        return f"the network interface of {rail['device']} has no IPv4 address"
    if test != "rping" and rail["link"] == "Ethernet" and rail["gid"] is None:
        return f"{rail['device']} has no RoCE v2 GID with an IPv4 address"
    return None


# One end of a test.


def command(test, whole, rail, port, server):
    """The command line of an end. Only device, port number, GID index, GPU index and addresses vary. `server`: (control, rail) address."""
    control, fabric = server or (None, None)
    if test == "rping":
        side = ["-s", "-a", rail["address"]] if server is None else ["-c", "-a", fabric]
        return ["rping", *side, "-p", str(port), "-C", "10", "-v"]
    line = [TOOLS[test], "-d", rail["device"], "-i", "1", "-p", str(port), "-F"]
    if rail["gid"] is not None:
        line += ["-x", str(rail["gid"])]
    # Large messages and several queue pairs fill a 400 Gb/s link; duration evens out the start (host-formats §12).
    line += ["-s", "8", "-n", "5000"] if test == "write-lat" else ["-s", "1048576", "-q", "4", "-D", "3", "--report_gbits"]
    if test == "write-bw-gpu":
        line += [f"--use_cuda={rail['gpu']['index']}", *whole["cuda"]]
    return line + ([control] if control else [])


def is_listening(port):
    """Whether some process of this pod listens on a TCP port."""
    wanted = re.compile(rf"^\s*\d+: [0-9A-F]+:{port:04X} [0-9A-F]+:0000 0A ", re.MULTILINE)
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(path, encoding="ascii") as file:
                if wanted.search(file.read(1 << 20)):
                    return True
        except OSError:
            continue
    return False


def near_cpus(device):
    """Cores of the adapter's NUMA node that this pod may use; empty where it is not known."""
    cpus = set()
    for part in read(f"/sys/class/infiniband/{device}/device/local_cpulist").split(","):
        found = re.match(r"(\d{1,5})(?:-(\d{1,5}))?\Z", part)
        if found:
            cpus |= set(range(int(found.group(1)), int(found.group(2) or found.group(1)) + 1))
    return cpus & os.sched_getaffinity(0)


def run_end(line, device, limit, stop, ready=None, listen=None):
    """Runs one end of a test, at most `limit` seconds. `ready` is called once when the server listens; it must within `listen` seconds."""
    started, kept, why = time.monotonic(), bytearray(), None
    try:
        child = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, env=ENVIRONMENT)
    except OSError as problem:
        return {"exit": None, "why": f"{line[0]} cannot be started: {problem.strerror}", "lines": []}

    def collect():
        while chunk := child.stdout.read1(4096):
            kept.extend(chunk[: max(0, MAX_OUTPUT - len(kept))])

    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    try:
        cpus = near_cpus(device)
        if cpus:
            os.sched_setaffinity(child.pid, cpus)
    except OSError:
        pass
    stopped = None
    while child.poll() is None and why is None:
        now = time.monotonic()
        stopped = stopped or (now if stop.is_set() else None)
        if ready and now - started > 0.2 and (is_listening(listen[0]) if listen[0] else now - started > 1):
            ready()
            ready = None
        if ready and now - started > listen[1]:
            why = f"the server did not listen within {listen[1]} s"
        elif now - started > limit:
            why = f"no end within {limit} s"
        elif stopped and now - stopped > STOP_S:
            why = "still running when the other end was done"
        time.sleep(0.03)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass
    status = child.wait()
    reader.join(timeout=2)
    return {"exit": status if why is None else None, "why": why, "lines": printable(bytes(kept))}


def printable(output):
    """Lines of a tool, without control characters."""
    text = output.decode("utf-8", "replace").replace("\r", "\n")
    lines = [re.sub(r"[^\x20-\x7e\t]", "?", line)[:MAX_WIDTH] for line in text.split("\n") if line.strip()]
    return lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 100], f"... {len(lines) - MAX_LINES + 1} lines left out ...", *lines[-99:]]


# Messages: one JSON object a line.


def send(connection, lock, message):
    """Sends one message; False when the other side is gone."""
    try:
        with lock:
            connection.sendall(json.dumps(message).encode() + b"\n")
        return True
    except OSError:
        return False


def messages(connection):
    """Objects from a connection until it ends, is silent for too long, or sends what is none."""
    kept = bytearray()
    while True:
        try:
            chunk = connection.recv(65536)
        except OSError:
            return
        if not chunk:
            return
        kept += chunk
        while (end := kept.find(b"\n")) >= 0:
            try:
                message = json.loads(kept[:end])
            except (ValueError, RecursionError):
                return
            del kept[: end + 1]
            if not isinstance(message, dict):
                return
            yield message
        if len(kept) > MAX_MESSAGE:
            return


def is_number(value, below):
    """A whole number that may be a step, a rail or a status."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


def ip(value):
    """An IP address as text, or None."""
    try:
        return str(ipaddress.ip_address(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def resolve(name):
    """Addresses of a name; none while it is not known."""
    try:
        return [found[4][0] for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    except OSError:
        return []


class Worker:
    """This pod's end of every step."""

    def __init__(self, work, own):
        self.work, self.report, self.lock = work, own, threading.Lock()
        self.steps = {step[0]: step for batch in work.batches(len(own["rails"])) for step in batch}
        self.stop, self.busy, self.connection = threading.Event(), None, None

    def connect(self):
        """A connection to the coordinator that was answered; None when none comes in time."""
        until = time.monotonic() + JOIN_S
        host = self.work.peers[0]
        # From the address the coordinator knows this pod by.
        own = self.work.peers[self.work.index] if self.work.index < len(self.work.peers) else ""
        while time.monotonic() < until:
            source = next(iter(resolve(own)), "")
            try:
                connection = socket.create_connection((host, self.work.port), timeout=5, source_address=(source, 0) if source else None)
            except OSError:
                time.sleep(1)
                continue
            connection.settimeout(JOIN_S + 30)
            send(connection, self.lock, {"join": self.report})
            stream = messages(connection)
            answer = next(stream, None)
            if answer is not None and answer.get("welcome") is True:
                return connection, stream
            connection.close()
            time.sleep(1)
        return None

    def run(self):
        """Serves until the coordinator says goodbye. Returns the exit status."""
        joined = self.connect()
        if joined is None:
            say(f"ERROR the coordinator {self.work.peers[0]} did not answer within {JOIN_S} s")
            return LOST
        self.connection, stream = joined
        self.connection.settimeout(IDLE_S)
        for message in stream:
            if message.get("bye") is True:
                self.finish()
                return 0
            self.take(message)
        self.finish()
        say("ERROR the coordinator is gone")
        return LOST

    def finish(self):
        """Ends what still runs."""
        self.stop.set()
        if self.busy:
            self.busy.join(timeout=STOP_S + 3)

    def take(self, message):
        """Does what a message asks, if it is this pod's turn in that step; anything else is left alone."""
        me = self.work.nodes.index(self.work.node)
        number = next((message[key] for key in ("serve", "connect", "stop") if key in message), None)
        step = self.steps.get(number) if is_number(number, 1 << 20) else None
        if step is None or me not in step[3:]:
            return
        if "stop" in message:
            self.stop.set()
            return
        if self.busy:
            self.busy.join(timeout=STOP_S)
        if self.busy and self.busy.is_alive():
            return
        is_server = step[4] == me
        if why_not(step[1], (self.report, self.report["rails"][step[2]])):
            return
        addresses = None if is_server else (ip(message.get("address")), ip(message.get("rail")))
        if is_server != ("serve" in message) or (addresses and (addresses[0] is None or (step[1] == "rping" and addresses[1] is None))):
            return
        self.stop.clear()
        self.busy = threading.Thread(target=self.measure, args=(step, addresses), daemon=True)
        self.busy.start()

    def measure(self, step, addresses):
        """Runs this pod's end of a step and tells how it ended."""
        number, test, rail, _, _ = step
        port = FIRST_PORT + number % PORTS
        own = self.report["rails"][rail]
        line = command(test, self.report, own, port, addresses)
        limit, listen = LIMIT_S[test], LISTEN_S[test]
        if addresses is None:
            tell = lambda: send(self.connection, self.lock, {"listening": number})  # noqa: E731
            ended = run_end(line, own["device"], limit + listen + STOP_S, self.stop, tell, (None if test == "rping" else port, listen))
        else:
            ended = run_end(line, own["device"], limit, self.stop)
        send(self.connection, self.lock, {"ended": number, **ended})


class Peer:
    """A pod as the coordinator sees it."""

    def __init__(self, connection, address, joined, stream):
        self.connection, self.address, self.report = connection, address, joined
        self.lock, self.inbox, self.alive = threading.Lock(), queue.Queue(maxsize=64), True
        threading.Thread(target=self.listen, args=(stream,), daemon=True).start()

    def listen(self, stream):
        """Takes what the pod says."""
        for message in stream:
            try:
                self.inbox.put_nowait(message)
            except queue.Full:
                break
        self.alive = False
        self.connection.close()

    def send(self, message):
        """Sends, or finds out that the pod is gone."""
        self.alive = send(self.connection, self.lock, message) and self.alive

    def wait(self, number, keys, limit):
        """The pod's next word on a step: one of the keys. None when none comes in time."""
        until = time.monotonic() + limit
        while True:
            try:
                message = self.inbox.get(timeout=0.1)
            except queue.Empty:
                if not self.alive or time.monotonic() > until:
                    return None
                continue
            if any(message.get(key) == number for key in keys):
                return message


def valid_report(found, work):
    """A report of a pod of this run, with only what is used of it; None for anything else."""
    if not isinstance(found, dict) or found.get("node") not in work.nodes or not isinstance(found.get("rails"), list):
        return None
    text = lambda value, size=200: (printable(value.encode()[:size]) or [None])[0] if isinstance(value, str) else None  # noqa: E731
    number = lambda value: value if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e5 else None  # noqa: E731
    rails = []
    for rail in found["rails"][:MAX_RAILS]:
        if not isinstance(rail, dict):
            return None
        gpu = rail.get("gpu")
        rails.append({
            **{key: text(rail.get(key)) for key in ("device", "pci", "function", "state", "link", "noGpu")},
            "rateGbps": number(rail.get("rateGbps")),
            "gid": rail.get("gid") if is_number(rail.get("gid"), 4096) else None,
            "address": ip(rail.get("address")),
            "gpu": {"index": gpu["index"], "pci": text(gpu.get("pci"))} if isinstance(gpu, dict) and is_number(gpu.get("index"), 1000) else None,
        })
    missing = found.get("missing")
    return {
        "node": found["node"],
        "error": text(found.get("error"), 300),
        "rails": rails,
        "cuda": [] if isinstance(found.get("cuda"), list) else None,
        "missing": [tool for tool in set(TOOLS.values()) if isinstance(missing, list) and tool in missing],
    }


class Coordinator:
    """Says whose turn it is, and prints what comes of it."""

    def __init__(self, work):
        self.work, self.peers, self.lock, self.failed = work, {}, threading.Lock(), threading.Event()

    def gather(self):
        """Waits until every pod is here. Returns an exit status when the run cannot begin."""
        listener = socket.create_server(("", self.work.port), backlog=MAX_NODES)
        listener.settimeout(0.5)
        until = time.monotonic() + JOIN_S
        pending = []
        while len(self.peers) < len(self.work.nodes) and time.monotonic() < until and not self.failed.is_set():
            try:
                connection, (address, _) = listener.accept()
            except socket.timeout:
                continue
            pending = [thread for thread in pending if thread.is_alive()]
            if len(pending) > 2 * MAX_NODES:
                connection.close()
                continue
            pending.append(threading.Thread(target=self.admit, args=(connection, address), daemon=True))
            pending[-1].start()
        listener.close()
        if self.failed.is_set():
            time.sleep(0.5)
            return WRONG_HCAS
        absent = [node for node in self.work.nodes if node not in self.peers]
        if absent:
            say(f"ERROR no pod on {', '.join(absent)} came within {JOIN_S} s")
            return LOST
        counts = {node: len(peer.report["rails"]) for node, peer in self.peers.items()}
        if len(set(counts.values())) > 1:
            say(f"ERROR the nodes have different numbers of RDMA devices ({', '.join(f'{node}: {count}' for node, count in counts.items())}): not measuring")
            return WRONG_HCAS
        return None

    def admit(self, connection, address):
        """Lets a pod of this run in: one that comes from the address of one of its names, on a node that was chosen."""
        connection.settimeout(10)
        known = {found for name in self.work.peers for found in resolve(name)}
        stream = messages(connection)
        first = next(stream, {}) if address in known else {}
        joined = valid_report(first.get("join"), self.work)
        with self.lock:
            is_new = joined is not None and joined["node"] not in self.peers and all(address != peer.address for peer in self.peers.values())
            if not is_new:
                connection.close()
                return
            if joined["error"]:
                say(f"ERROR {joined['node']}: {joined['error']}")
                self.failed.set()
                return
            connection.settimeout(None)
            peer = Peer(connection, address, joined, stream)
            peer.send({"welcome": True})
            self.peers[joined["node"]] = peer

    def run(self):
        """The whole schedule. Returns the exit status."""
        problem = self.gather()
        if problem is not None:
            self.say_goodbye()
            return problem
        work = self.work
        rails = len(self.peers[work.nodes[0]].report["rails"])
        names = work.resources or [f"device {at}" for at in range(rails)]
        frame("plan", {"version": 1, "nodes": work.nodes, "rails": names, "tests": work.tests, "rounds": work.rounds})
        for node in work.nodes:
            frame("node", self.peers[node].report)
        ran = left = 0
        for batch in work.batches(rails):
            _, test, rail, _, _ = batch[0]
            if time.monotonic() > work.ends:
                left += len(batch)
                continue
            frame("start", {"test": test, "rail": rail, "pairs": [[work.nodes[client], work.nodes[server]] for _, _, _, client, server in batch]})
            threads = [threading.Thread(target=self.measure, args=(step,), daemon=True) for step in batch]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            ran += len(batch)
        lost = [node for node in work.nodes if not self.peers[node].alive]
        self.say_goodbye()
        frame("done", {"steps": ran, "left": left, "why": "the time of the run was up" if left else None})
        if lost:
            say(f"ERROR lost in the middle: {', '.join(lost)}")
        return LOST if lost else 0

    def say_goodbye(self):
        """Lets every pod end by itself."""
        for peer in self.peers.values():
            peer.send({"bye": True})

    def measure(self, step):
        """One test between two pods, from start to its section of the log."""
        number, test, rail, at, to = step
        client, server = self.peers[self.work.nodes[at]], self.peers[self.work.nodes[to]]
        started = time.monotonic()
        ends, why = {"client": None, "server": None}, None
        for peer in (client, server):
            reason = why_not(test, (peer.report, peer.report["rails"][rail])) if peer.alive else "its pod is gone"
            why = why or (f"{peer.report['node']}: {reason}" if reason else None)
        is_skipped = why is not None
        if not is_skipped:
            ends, why = self.drive(step, client, server)
        meta = {"step": number, "test": test, "rail": rail, "from": self.end_of(client, rail, test), "to": self.end_of(server, rail, test)}
        # Both ends print the same table: the server's words are worth their lines only when something went wrong.
        is_good = why is None and all(ended and ended["exit"] == 0 for ended in ends.values())
        lines = []
        for side, peer in (("client", client), ("server", server)):
            lines += [f"# {side} on {peer.report['node']}:", *ends[side]["lines"]] if ends[side] and not (is_good and side == "server") else []
        frame("begin", meta, lines)
        told = {side: {key: ended[key] for key in ("exit", "why")} if ended else None for side, ended in ends.items()}
        frame("end", {"step": number, "skipped": is_skipped, "why": why, "ms": round(1000 * (time.monotonic() - started)), **told})

    def end_of(self, peer, rail, test):
        """One end of a section."""
        own = peer.report["rails"][rail]
        gpu = own["gpu"] if test == "write-bw-gpu" else None
        return {"node": peer.report["node"], **{key: own[key] for key in ("device", "pci", "function", "state", "link", "rateGbps")}, "gpu": gpu}

    def drive(self, step, client, server):
        """Both ends of a step. Returns how each ended, and why there is no result where that is known."""
        number, test, rail, _, _ = step
        limit, listen = LIMIT_S[test], LISTEN_S[test]
        ends = {"client": None, "server": None}
        server.send({"serve": number})
        first = server.wait(number, ("listening", "ended"), listen + 5)
        if first is None:
            server.send({"stop": number})
            return ends, f"{server.report['node']} does not answer"
        if "ended" in first:
            ends["server"] = valid_end(first)
            return ends, f"{server.report['node']}: {ends['server']['why'] or 'the server ended before a client came'}"
        client.send({"connect": number, "address": server.address, "rail": server.report["rails"][rail]["address"]})
        done = client.wait(number, ("ended",), limit + 5)
        server.send({"stop": number})
        ended = server.wait(number, ("ended",), STOP_S + 5)
        ends = {"client": valid_end(done), "server": valid_end(ended)}
        for peer, end in ((client, ends["client"]), (server, ends["server"])):
            if end is None:
                return ends, f"{peer.report['node']} does not answer"
        return ends, f"{client.report['node']}: {ends['client']['why']}" if ends["client"]["why"] else None


def valid_end(message):
    """What a pod says of an end, with only what is used of it."""
    if message is None:
        return None
    lines, status, why = message.get("lines"), message.get("exit"), message.get("why")
    text = "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
    return {
        "exit": status if isinstance(status, int) and not isinstance(status, bool) and -256 < status < 256 else None,
        "why": (printable(why.encode()[:300]) or [None])[0] if isinstance(why, str) else None,
        "lines": printable(text.encode()[:MAX_OUTPUT]),
    }


def main():
    """Takes this pod's part of the run."""
    work = Work()
    if len(work.nodes) < 2 or len(work.peers) != len(work.nodes) or not work.tests:
        say("ERROR the run's variables are incomplete (CAIRN_NODES, CAIRN_PEERS, CAIRN_TESTS)")
        return 2
    own = report(work)
    if own["error"]:
        say(f"ERROR {own['error']}")
    else:
        say(f"node {work.node}: {len(own['rails'])} HCAs: {', '.join(rail['device'] for rail in own['rails'])}")
    worker = Worker(work, own)
    if work.index != 0:
        if not own["error"]:
            return worker.run()
        # The coordinator's log should say it too; it may come a moment later than this pod.
        threading.Thread(target=worker.run, daemon=True).start()
        time.sleep(5)
        return WRONG_HCAS
    if own["error"]:
        return WRONG_HCAS
    threading.Thread(target=worker.run, daemon=True).start()
    return Coordinator(work).run()


if __name__ == "__main__":
    # As the first process of a container it would ignore the signal otherwise.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    STATUS = main()
    sys.stdout.flush()
    # Threads that still wait for a peer must not keep the pod.
    os._exit(STATUS)
