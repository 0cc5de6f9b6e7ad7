#!/usr/bin/env python3
"""Collective benchmark of Cairn: prints the table of nccl-tests' <collective>_perf, measured with torch.distributed.

Started by `python3 -m torch.distributed.run` (torchrun) on every node; NCCL on GPUs, Gloo on CPUs. Only rank 0 prints, and it
flushes every line. Columns, header, footer and bandwidth arithmetic are those of nccl-tests (algbw = size / time, busbw = algbw
times the collective's factor), so that one reader reads both. The "out-of-place" half is the same operation on other buffers.

Exit status: 0 right, 1 internal or communication error, 6 wrong usage, 7 wrong results (as nccl-tests).
"""

import argparse
import datetime
import os
import re
import socket
import sys
import time

WRONG_USAGE, WRONG_RESULTS, FAILED = 6, 7, 1
# Name in PyTorch, bytes, and the largest number up to which all whole numbers are exact.
DTYPES = {"float": ("float32", 4, 2**24), "double": ("float64", 8, 2**53), "half": ("float16", 2, 2**11), "bfloat16": ("bfloat16", 2, 2**8)}
CHUNK = 2**26
# By collective: redop and root as nccl-tests prints them, whether the size is the total over all ranks, and busbw / algbw for n ranks.
COLLECTIVES = {
    "all_reduce": ("sum", -1, False, lambda n: 2 * (n - 1) / n),
    "all_gather": ("none", -1, True, lambda n: (n - 1) / n),
    "reduce_scatter": ("sum", -1, True, lambda n: (n - 1) / n),
    "alltoall": ("none", -1, True, lambda n: (n - 1) / n),
    "broadcast": ("none", 0, False, lambda n: 1),
    "reduce": ("sum", 0, False, lambda n: 1),
    "sendrecv": ("sum", -1, False, lambda n: 1),
}
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def size(text):
    """Bytes from `8`, `64K`, `1M`, `8G`."""
    found = re.fullmatch(r"(\d+)([KMG]?)B?", text.strip(), re.IGNORECASE)
    if not found:
        raise argparse.ArgumentTypeError(f"not a size: {text!r}")
    return int(found.group(1)) * UNITS[found.group(2).upper()]


def arguments():
    """The command line, with the letters of nccl-tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--collective", choices=sorted(COLLECTIVES), default="all_reduce")
    parser.add_argument("-b", "--begin", type=size, default=size("1M"), help="smallest size, bytes (K, M, G)")
    parser.add_argument("-e", "--end", type=size, default=size("8G"), help="largest size, bytes")
    parser.add_argument("-f", "--factor", type=int, default=2, help="each size is so many times the one before")
    parser.add_argument("-n", "--iters", type=int, default=20, help="timed iterations")
    parser.add_argument("-w", "--warmup", type=int, default=5, help="iterations before timing")
    parser.add_argument("-c", "--check", type=int, choices=(0, 1), default=1, help="validate results")
    parser.add_argument("-d", "--datatype", choices=sorted(DTYPES), default="float")
    parser.add_argument("-T", "--timeout", type=int, default=600, help="seconds before a hanging operation ends the run")
    parser.add_argument("--backend", choices=("auto", "nccl", "gloo"), default="auto")
    options = parser.parse_args()
    width = DTYPES[options.datatype][1]
    if options.factor < 2 or options.iters < 1 or options.warmup < 0 or not 0 < options.begin <= options.end:
        parser.error("need 0 < begin <= end, factor >= 2, iters >= 1, warmup >= 0")
    if options.begin < width:
        options.begin = width
    return options


class Stop(Exception):
    """Ends the run with a message and an exit status."""

    def __init__(self, message, status=FAILED):
        super().__init__(message)
        self.status = status


def load_torch():
    """PyTorch with its distributed package, or a clear end."""
    try:
        import torch
        import torch.distributed as dist
    except ImportError as problem:
        raise Stop(f"PyTorch cannot be imported: {problem}", WRONG_USAGE) from problem
    if not dist.is_available():
        raise Stop("this PyTorch was built without torch.distributed", WRONG_USAGE)
    return torch, dist


class Bench:
    """One process of the run."""

    def __init__(self, options):
        self.options = options
        self.torch, self.dist = load_torch()
        missing = [name for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT") if name not in os.environ]
        if missing:
            raise Stop(f"start me with torchrun: {', '.join(missing)} not set", WRONG_USAGE)
        self.rank, self.ranks, self.local = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"))
        self.redop, self.root, self.total, factor = COLLECTIVES[options.collective]
        self.factor = factor(self.ranks)
        self.gpu = self.torch.cuda.is_available() if options.backend == "auto" else options.backend == "nccl"
        if self.gpu and self.local >= self.torch.cuda.device_count():
            raise Stop(f"Invalid number of GPUs: {self.local + 1} requested but only {self.torch.cuda.device_count()} were found.", WRONG_USAGE)
        self.device = self.torch.device("cuda", self.local) if self.gpu else self.torch.device("cpu")
        if self.gpu:
            self.torch.cuda.set_device(self.device)
        self.dtype = getattr(self.torch, DTYPES[options.datatype][0])
        self.width, exact = DTYPES[options.datatype][1:]
        # Contributions stay below this, so that the sum over all ranks is exact in any order.
        self.modulus = max(1, min(7, exact // self.ranks))
        self.dist.init_process_group("nccl" if self.gpu else "gloo", timeout=datetime.timedelta(seconds=options.timeout))

    def say(self, text=""):
        """One line of rank 0, written at once."""
        if self.rank == 0:
            print(text, flush=True)

    def synchronise(self):
        """Waits for the device."""
        if self.gpu:
            self.torch.cuda.synchronize(self.device)

    def describe(self):
        """Host, process, device, bus and name of this rank."""
        if not self.gpu:
            return socket.gethostname(), os.getpid(), self.local, "cpu", ""
        properties = self.torch.cuda.get_device_properties(self.device)
        bus = getattr(properties, "pci_bus_id", None)
        domain, slot = getattr(properties, "pci_domain_id", 0), getattr(properties, "pci_device_id", 0)
        address = f"{domain:04x}:{bus:02x}:{slot:02x}" if isinstance(bus, int) else "unknown"
        return socket.gethostname(), os.getpid(), self.local, address, properties.name

    def header(self, largest):
        """Versions, settings and the list of devices, in the words of nccl-tests."""
        devices = [None] * self.ranks
        self.dist.all_gather_object(devices, self.describe())
        options = self.options
        self.say(f"# Collective test starting: {options.collective}_perf")
        self.say(f"# nThread 1 nGpus 1 minBytes {options.begin} maxBytes {options.end} step: {options.factor}(factor) warmup iters: {options.warmup} "
                 f"iters: {options.iters} agg iters: 1 validation: {options.check} graph: 0")
        self.say(f"# cairn-collective: torch {self.torch.__version__}, backend {'nccl' if self.gpu else 'gloo'}, both halves in place")
        if largest < options.end:
            self.say(f"# Reducing maxBytes to {largest} due to memory limitation")
        self.say("#")
        self.say("# Using devices")
        for rank, (host, pid, device, bus, name) in enumerate(devices):
            self.say(f"#  Rank {rank:2d} Group  0 Pid {pid:6d} on {host:>10s} device {device:2d} [{bus}] {name}".rstrip())
        if self.gpu:
            version = self.torch.cuda.nccl.version()
            words = ".".join(map(str, version)) if isinstance(version, tuple) else str(version)
            self.say(f"NCCL version {words}+cuda{self.torch.version.cuda}")
        self.say("#")
        self.say(f"#{'':61s}out-of-place                       in-place          ")
        half = f"  {'time':>7s}  {'algbw':>6s}  {'busbw':>6s}  {'#wrong':>6s}"
        self.say(f"# {'size':>10s}  {'count':>12s}  {'type':>8s}  {'redop':>6s}  {'root':>6s}{half}{half}")
        units = f"  {'(us)':>7s}  {'(GB/s)':>6s}  {'(GB/s)':>6s}  {'':>6s}"
        self.say(f"# {'(B)':>10s}  {'(elements)':>12s}  {'':>8s}  {'':>6s}  {'':>6s}{units}{units}")

    def largest_size(self):
        """Largest size that fits on every rank, with as much again left for NCCL and the check."""
        if not self.gpu:
            return self.options.end
        free, _ = self.torch.cuda.mem_get_info(self.device)
        fits = self.torch.tensor([int(free * 0.9) // 3], dtype=self.torch.int64, device=self.device)
        self.dist.all_reduce(fits, op=self.dist.ReduceOp.MIN)
        return min(self.options.end, int(fits.item()))

    def chunks(self, buffer, first):
        """Slices of a buffer with the pattern of their elements, which count from `first`: small whole numbers."""
        for begin in range(0, buffer.numel(), CHUNK):
            end = min(buffer.numel(), begin + CHUNK)
            pattern = self.torch.arange(first + begin, first + end, device=self.device, dtype=self.torch.int64).remainder_(self.modulus)
            yield buffer[begin:end], pattern

    def fill(self, buffer):
        """Writes what this rank contributes."""
        for part, pattern in self.chunks(buffer, 0):
            part.copy_(pattern.add_(self.rank % 2))

    def expected(self):
        """What each block of this rank's result must be: (first element of the pattern, times, plus) in order; empty where it gets none."""
        name, n, odd = self.options.collective, self.ranks, self.ranks // 2
        if name == "all_gather":
            return [(0, 1, rank % 2) for rank in range(n)]
        if name == "alltoall":
            return [(self.rank, 1, rank % 2) for rank in range(n)]
        if name == "reduce_scatter":
            return [(self.rank, n, odd)]
        if name == "sendrecv":
            return [(0, 1, (self.rank - 1) % n % 2)]
        if name == "reduce" and self.rank != self.root:
            return []
        return [(0, 1, 0)] if name == "broadcast" else [(0, n, odd)]

    def wrong_elements(self, result, block):
        """Elements that are not what they must be, over all ranks; None without -c 1. A pattern goes on from block to block."""
        if not self.options.check:
            return None
        wrong = self.torch.zeros(1, dtype=self.torch.int64, device=self.device)
        for place, (first, times, plus) in enumerate(self.expected()):
            for part, pattern in self.chunks(result[place * block : (place + 1) * block], first * block):
                wrong += (part != pattern.mul_(times).add_(plus).to(self.dtype)).sum()
        self.dist.all_reduce(wrong)
        return int(wrong.item())

    def buffers(self, count):
        """What is sent and where the result comes, for `count` elements per rank."""
        name, n = self.options.collective, self.ranks
        sent = n if name in ("reduce_scatter", "alltoall") else 1
        received = n if name in ("all_gather", "alltoall") else 1
        first = self.torch.empty(sent * count, dtype=self.dtype, device=self.device)
        if name in ("all_reduce", "broadcast", "reduce"):
            return first, first
        return first, self.torch.empty(received * count, dtype=self.dtype, device=self.device)

    def operate(self, sent, result):
        """One collective operation."""
        name, dist = self.options.collective, self.dist
        if name == "all_reduce":
            dist.all_reduce(result)
        elif name == "all_gather":
            dist.all_gather_into_tensor(result, sent)
        elif name == "reduce_scatter":
            dist.reduce_scatter_tensor(result, sent)
        elif name == "alltoall":
            dist.all_to_all_single(result, sent)
        elif name == "broadcast":
            dist.broadcast(result, self.root)
        elif name == "reduce":
            dist.reduce(result, self.root)
        else:
            right, left = (self.rank + 1) % self.ranks, (self.rank - 1) % self.ranks
            for request in dist.batch_isend_irecv([dist.P2POp(dist.isend, sent, right), dist.P2POp(dist.irecv, result, left)]):
                request.wait()

    def measure(self, count):
        """Mean time of one operation in microseconds over all ranks, and the wrong elements of a checked one."""
        sent, result = self.buffers(count)
        self.fill(sent)
        for _ in range(self.options.warmup):
            self.operate(sent, result)
        self.synchronise()
        self.dist.barrier()
        started = time.perf_counter()
        for _ in range(self.options.iters):
            self.operate(sent, result)
        self.synchronise()
        took = self.torch.tensor([(time.perf_counter() - started) / self.options.iters * 1e6], dtype=self.torch.float64, device=self.device)
        self.dist.all_reduce(took)
        # Timed rounds of a reduction in place add up what they find: the check starts from fresh values.
        if result is not sent:
            result.zero_()
        self.fill(sent)
        self.operate(sent, result)
        self.synchronise()
        return float(took.item()) / self.ranks, self.wrong_elements(result, count)

    def run(self):
        """All sizes, then the footer. Returns the exit status."""
        largest = self.largest_size()
        self.header(largest)
        name, parts = self.options.collective, self.ranks if self.total else 1
        bytes_now, bandwidths, failures = self.options.begin, [], 0
        while bytes_now <= largest:
            count = bytes_now // self.width // parts
            length = count * self.width * parts
            row = f"{length:12d}  {count:12d}  {self.options.datatype:>8s}  {self.redop:>6s}  {self.root:6d}"
            for _ in ("out-of-place", "in-place"):
                usec, wrong = self.measure(count)
                algbw = length / usec / 1e3
                bandwidths.append(algbw * self.factor)
                failures += 1 if wrong else 0
                row += f"  {time_text(usec):>7s}  {algbw:6.2f}  {algbw * self.factor:6.2f}  {'N/A' if wrong is None else format(wrong, 'g'):>6s}"
            self.say(row)
            if self.gpu:
                self.torch.cuda.empty_cache()
            bytes_now *= self.options.factor
        self.say(f"# Out of bounds values : {failures} {'FAILED' if failures else 'OK'}")
        self.say(f"# Avg bus bandwidth    : {sum(bandwidths) / max(1, len(bandwidths)):g} ")
        self.say("#")
        self.say(f"# Collective test concluded: {name}_perf")
        return WRONG_RESULTS if failures else 0


def time_text(usec):
    """Microseconds in seven columns, as nccl-tests prints them."""
    return f"{usec:.2f}" if usec < 10000 else f"{usec:.1f}" if usec < 100000 else f"{usec:.0f}"


def main():
    """Runs the benchmark; every failure is one line on stderr that names the host."""
    options = arguments()
    try:
        bench = Bench(options)
        status = bench.run()
        bench.dist.destroy_process_group()
        return status
    except Stop as problem:
        print(f"{socket.gethostname()}: {problem}", file=sys.stderr, flush=True)
        return problem.status
    except (RuntimeError, OSError, ValueError) as problem:
        print(f"{socket.gethostname()}: Test NCCL failure collective.py:1 '{' '.join(str(problem).split())[:2000]}'", file=sys.stderr, flush=True)
        # A broken communicator can hang the interpreter's orderly end.
        os._exit(FAILED)


if __name__ == "__main__":
    sys.exit(main())
