#!/usr/bin/env python3
"""drops.py OUTPUT: counts the packets that the kernel drops in the network namespaces of a recording, by reason.

Says "ok" when it listens, or why it cannot. At a line of standard input it stops, says "ok" again and writes OUTPUT.

Three programs run in the kernel, attached by its type information (BTF), from which come the places of all fields, too:
  consume_skb        which namespaces belong to this recording: those in which processes of this pid namespace talk to the kernel
  netif_receive_skb  which namespace a packet came into: a fragment that waits for others has no device any more
  kfree_skb          counts by namespace (of the device, else of the socket, else where it came in), protocol, place and reason
A namespace is known by its cookie, which is never used twice.
"""
import ctypes
import json
import os
import platform
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280}
MAP_CREATE, MAP_LOOKUP_ELEM, MAP_GET_NEXT_KEY, PROG_LOAD, RAW_TRACEPOINT_OPEN = 0, 1, 4, 5, 17
MAP_HASH, MAP_LRU_HASH = 1, 9
PROG_TRACING = 26
TRACE_RAW_TP = 23

# Kinds of types, and how many octets follow each; None: so many for each of its members.
BTF_INT, BTF_ARRAY, BTF_STRUCT, BTF_UNION, BTF_ENUM, BTF_TYPEDEF = 1, 3, 4, 5, 6, 8
BTF_FUNC_PROTO, BTF_VAR, BTF_DATASEC, BTF_DECL_TAG, BTF_ENUM64 = 13, 14, 15, 17, 19
BTF_MORE = {BTF_INT: 4, BTF_ARRAY: 12, BTF_VAR: 4, BTF_DECL_TAG: 4}
BTF_MEMBER = {BTF_STRUCT: 12, BTF_UNION: 12, BTF_ENUM: 8, BTF_FUNC_PROTO: 8, BTF_DATASEC: 12, BTF_ENUM64: 12}

# Freed by the call for drops, but delivered before, or never a packet of the network: the function, and its reason.
NO_LOSS = {
    ("ping_rcv", "NO_SOCKET"),  # a raw socket has had its copy: ping's own
    ("inet_sock_destruct", "QUEUE_PURGE"),  # a socket is closed with packets in it that nobody has read
    ("skb_release_data", "NOT_SPECIFIED"),  # the fragments that a packet was put together from go with it
}


class Btf:
    """The kernel's types: what is called WANTED, and the structures reached from there."""

    def __init__(self, path="/sys/kernel/btf/vmlinux"):
        with open(path, "rb") as file:
            self.data = file.read()
        _, _, _, head, types, length, strings, _ = struct.unpack_from("<HBBIIIII", self.data)
        self.strings = head + strings
        self.places = [None]  # of each type, by its number
        self.named = {}
        at, end = head + types, head + types + length
        while at < end:
            name, info, _ = struct.unpack_from("<III", self.data, at)
            kind, members = info >> 24 & 31, info & 0xFFFF
            if kind in (BTF_STRUCT, BTF_ENUM, BTF_TYPEDEF) and name:
                self.named.setdefault((kind, self.text(name)), len(self.places))
            self.places.append(at)
            at += 12 + BTF_MORE.get(kind, 0) + BTF_MEMBER.get(kind, 0) * members

    def text(self, offset):
        at = self.strings + offset
        return self.data[at:self.data.index(b"\0", at)].decode()

    def find(self, kind, name):
        if (kind, name) not in self.named:
            raise OSError(f"the kernel's types do not tell of {name}")
        return self.named[kind, name]

    def members(self, number):
        """Of a structure, an enumeration or a function's arguments: (name, type or value, place in bits)."""
        at = self.places[number]
        _, info, _ = struct.unpack_from("<III", self.data, at)
        width = BTF_MEMBER[info >> 24 & 31]
        for i in range(info & 0xFFFF):
            name, value, *rest = struct.unpack_from(f"<{width // 4}I", self.data, at + 12 + i * width)
            yield self.text(name), value, rest[0] & 0xFFFFFF if rest else 0

    def offset(self, struct_name, member):
        """In octets; MEMBER may be one of a structure without a name in there."""
        def search(number):
            for name, kind, bits in self.members(number):
                if name == member:
                    return bits // 8
                if name == "" and self.kind(kind) in (BTF_STRUCT, BTF_UNION):
                    inner = search(kind)
                    if inner is not None:
                        return bits // 8 + inner
            return None
        found = search(self.find(BTF_STRUCT, struct_name))
        if found is None:
            raise OSError(f"the kernel's {struct_name} has no {member}")
        return found

    def kind(self, number):
        return struct.unpack_from("<III", self.data, self.places[number])[1] >> 24 & 31


libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, layout, *values):
    attributes = ctypes.create_string_buffer(struct.pack("<" + layout, *values), 160)
    result = libc.syscall(SYS_BPF[platform.machine()], command, attributes, 160)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf command {command}: {os.strerror(ctypes.get_errno())}")
    return result


class Map:
    def __init__(self, kind, key_size, entries_max):
        self.key_size = key_size
        self.fd = bpf(MAP_CREATE, "IIII", kind, key_size, 8, entries_max)

    def items(self):
        key, value = ctypes.create_string_buffer(self.key_size), ctypes.create_string_buffer(8)
        last = 0
        while True:
            try:
                bpf(MAP_GET_NEXT_KEY, "IIQQQ", self.fd, 0, last, ctypes.addressof(key), 0)
                last = ctypes.addressof(key)
                bpf(MAP_LOOKUP_ELEM, "IIQQQ", self.fd, 0, last, ctypes.addressof(value), 0)
            except OSError:
                return
            yield key.raw, struct.unpack("<Q", value.raw)[0]


# Instructions; registers are numbers: 0 a call's result, 1 to 5 its arguments, 6 to 9 kept over calls, 10 the stack's end.
def instruction(code, dst=0, src=0, offset=0, value=0):
    return struct.pack("<BBhI", code, dst | src << 4, offset, value & 0xFFFFFFFF)


def load(dst, src, offset, width=8):
    return instruction({2: 0x69, 4: 0x61, 8: 0x79}[width], dst, src, offset)


def store(offset, src):
    """Eight octets, on the stack."""
    return instruction(0x7B, 10, src, offset)


def store_number(offset, value):
    return instruction(0x7A, 10, 0, offset, value)


def move(dst, src):
    return instruction(0xBF, dst, src)


def number(dst, value):
    return instruction(0x18, dst, 0, 0, value) + instruction(0, value=value >> 32)


def on_stack(dst, offset):
    return move(dst, 10) + instruction(0x07, dst, value=offset)


def map_of(dst, the_map):
    return instruction(0x18, dst, 1, 0, the_map.fd) + instruction(0)


def call(function):
    return instruction(0x85, value=function)


def if_zero(register, body):
    return instruction(0x55, register, 0, len(body) // 8) + body


def if_not_zero(register, body):
    return instruction(0x15, register, 0, len(body) // 8) + body


LOOKUP, UPDATE, GET_NS_CURRENT_PID_TGID, GET_CURRENT_TASK_BTF = 1, 2, 120, 158
EXIT = number(0, 0) + instruction(0x95)


def put(the_map, key, value):
    return map_of(1, the_map) + on_stack(2, key) + on_stack(3, value) + number(4, 0) + call(UPDATE)


class Drops:
    def __init__(self):
        self.btf = btf = Btf()
        self.own = Map(MAP_HASH, 8, 4096)  # cookie
        came_in = Map(MAP_LRU_HASH, 8, 32768)  # address of a packet to a cookie
        self.counts = Map(MAP_HASH, 48, 16384)  # three cookies, protocol, place, reason

        # Each of these may come upon an address that is none: the kernel then reads 0.
        cookie = lambda register: load(register, register, btf.offset("net", "net_cookie"))
        net_of_device = load(1, 1, btf.offset("net_device", "nd_net")) + cookie(1)
        net_of_socket = load(1, 1, btf.offset("sock_common", "skc_net")) + cookie(1)
        device, owner = btf.offset("sk_buff", "dev"), btf.offset("sk_buff", "sk")

        pid_namespace = os.stat("/proc/self/ns/pid")
        talked = (
            number(1, pid_namespace.st_dev) + number(2, pid_namespace.st_ino) + on_stack(3, -16) + number(4, 8)
            + call(GET_NS_CURRENT_PID_TGID)
            + if_zero(0, call(GET_CURRENT_TASK_BTF)
                     + load(1, 0, btf.offset("task_struct", "nsproxy")) + load(1, 1, btf.offset("nsproxy", "net_ns"))
                     + cookie(1) + store(-8, 1) + store_number(-16, 1) + put(self.own, -8, -16)) + EXIT)
        received = (
            load(6, 1, 0) + store(-8, 6) + load(1, 6, device) + net_of_device + store(-16, 1)
            + put(came_in, -8, -16) + EXIT)
        dropped = (
            move(8, 1) + load(6, 1, 0) + store(-8, 6)
            + load(1, 6, device) + net_of_device + store(-64, 1)
            + store_number(-56, 0) + load(1, 6, owner) + if_not_zero(1, net_of_socket + store(-56, 1))
            + store_number(-48, 0) + map_of(1, came_in) + on_stack(2, -8) + call(LOOKUP)
            + if_not_zero(0, load(0, 0, 0) + store(-48, 0))
            + load(1, 6, btf.offset("sk_buff", "protocol"), 2) + store(-40, 1)
            + load(1, 8, 8) + store(-32, 1)
            + load(1, 8, 16, 4) + store(-24, 1)
            + map_of(1, self.counts) + on_stack(2, -64) + call(LOOKUP)
            + if_not_zero(0, number(1, 1) + instruction(0xDB, 0, 1) + EXIT)
            + store_number(-16, 1) + put(self.counts, -64, -16) + EXIT)
        self.links = [
            self.attach("consume_skb", talked),
            self.attach("netif_receive_skb", received),
            self.attach("kfree_skb", dropped),
        ]

    def attach(self, tracepoint, code):
        text, license_text = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
        said = ctypes.create_string_buffer(1 << 16)
        target = self.btf.find(BTF_TYPEDEF, f"btf_trace_{tracepoint}")
        try:
            program = bpf(PROG_LOAD, "IIQQIIQII16sIIIIQIIQII", PROG_TRACING, len(code) // 8, ctypes.addressof(text),
                          ctypes.addressof(license_text), 1, len(said), ctypes.addressof(said), 0, 0, b"drops", 0,
                          TRACE_RAW_TP, 0, 0, 0, 0, 0, 0, 0, target)
        except OSError as error:
            raise OSError(f"{tracepoint}: {error}; {said.value.decode()[-300:]}") from error
        return bpf(RAW_TRACEPOINT_OPEN, "QII", 0, program, 0)

    def close(self):
        for link in self.links:
            os.close(link)

    def counted(self):
        """By reason."""
        # Cookie 0 is of no namespace.
        own = {cookie for cookie in (struct.unpack("<Q", key)[0] for key, _ in self.own.items()) if cookie != 0}
        prefix = "SKB_DROP_REASON_"
        names = {value: name[len(prefix):] for name, value, _ in self.btf.members(self.btf.find(BTF_ENUM, "skb_drop_reason"))}
        functions = Functions()
        by_reason = {}
        for key, count in self.counts.items():
            device, owner, came_in, protocol, place, reason = struct.unpack("<6Q", key)
            # What has no protocol is a message between sockets.
            if protocol == 0 or (device or owner or came_in) not in own:
                continue
            name = names.get(reason, str(reason))
            if (functions.at(place), name) not in NO_LOSS:
                by_reason[name] = by_reason.get(name, 0) + count
        return dict(sorted(by_reason.items()))


class Functions:
    """The kernel's functions by address."""

    def __init__(self):
        with open("/proc/kallsyms") as table:
            lines = (line.split() for line in table)
            self.all = sorted((int(address, 16), name) for address, kind, name, *_ in lines if kind in "tT")

    def at(self, address):
        low, high = 0, len(self.all)
        while low < high:
            middle = (low + high) // 2
            if self.all[middle][0] <= address:
                low = middle + 1
            else:
                high = middle
        return self.all[low - 1][1]


try:
    drops = Drops()
except (OSError, KeyError) as error:
    print("cannot:", str(error).replace("\n", " "), flush=True)
    sys.exit(1)
print("ok", flush=True)
sys.stdin.readline()
drops.close()
print("ok", flush=True)
with open(sys.argv[1], "w") as out:
    out.write(json.dumps(drops.counted()) + "\n")
