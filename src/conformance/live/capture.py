#!/usr/bin/python3
"""capture.py OUTPUT: records the frames of network namespaces, one packet socket for all interfaces of each.

Requests come line by line on standard input, each is answered by one line (ok, or what went wrong) on standard output:
  add NAME PATH   open a socket in the namespace at PATH
  del NAME        read what is left and close it
  sync            read everything that has arrived (names of interfaces are looked up when a frame is read)
  origin SECONDS  frame times count from this instant of the system clock
  stop            write all frames to OUTPUT, oldest first, one JSON object a line, and end
Sockets are not promiscuous: a capture must not change the flags of the interfaces it watches."""
import ctypes
import json
import os
import selectors
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000  # sched.h
ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
SOL_PACKET = 263
PACKET_STATISTICS = 6
PACKET_AUXDATA = 8
TP_STATUS_CSUMNOTREADY = 8
DIRECTIONS = {0: "in", 1: "in-bcast", 2: "in-mcast", 3: "in-other", 4: "out"}
FRAMES_MAX = int(os.environ.get("CAPTURE_FRAMES_MAX", "20000"))  # a frame storm must not fill the memory

libc = ctypes.CDLL(None, use_errno=True)


class Capture:
    def __init__(self, output):
        self.output = output
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.sockets = {}
        self.frames = []  # (nanoseconds, order of reading, namespace, interface, direction, length, pending, octets)
        self.origin = time.time_ns()
        self.lost = 0
        self.selector = selectors.DefaultSelector()

    def enter(self, fd):
        if libc.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def add(self, name, path):
        fd = os.open(path, os.O_RDONLY)
        try:
            self.enter(fd)
            try:
                tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            finally:
                self.enter(self.home)
        finally:
            os.close(fd)
        tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        tap.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        tap.setblocking(False)
        self.sockets[name] = tap
        self.selector.register(tap, selectors.EVENT_READ, name)

    def remove(self, name):
        tap = self.sockets.pop(name, None)
        if tap is None:
            return
        self.read(name, tap)
        self.lost += struct.unpack("II", tap.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
        self.selector.unregister(tap)
        tap.close()

    def read(self, name, tap):
        while True:
            try:
                octets, ancillary, _, address = tap.recvmsg(1 << 17, 512)
            except OSError:  # nothing left; or an error that is reported once, and frames may follow at the next call
                return
            stamp, pending, length = None, False, len(octets)
            for level, kind, data in ancillary:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nanos = struct.unpack("qq", data[:16])
                    stamp = seconds * 10**9 + nanos
                elif level == SOL_PACKET and kind == PACKET_AUXDATA:
                    status, length = struct.unpack("II", data[:8])
                    pending = bool(status & TP_STATUS_CSUMNOTREADY)
            if len(self.frames) >= FRAMES_MAX:
                self.lost += 1
                continue
            self.frames.append((stamp if stamp is not None else time.time_ns(), len(self.frames), name, address[0] or "?",
                                DIRECTIONS.get(address[2], str(address[2])), length, pending, octets))

    def read_all(self):
        for name, tap in list(self.sockets.items()):
            self.read(name, tap)

    def write(self):
        for name in list(self.sockets):
            self.remove(name)
        self.frames.sort(key=lambda frame: frame[:2])
        with open(self.output, "w") as out:
            for stamp, _, ns, name, direction, length, pending, octets in self.frames:
                out.write(json.dumps({"t": round((stamp - self.origin) / 1e9, 6), "ns": ns, "if": name, "dir": direction,
                                      "len": length, "csum_pending": pending, "hex": octets.hex()}) + "\n")
        if self.lost:
            print(f"{self.lost} frames lost", file=sys.stderr)

    def obey(self, words):
        if words[0] == "add":
            self.add(words[1], words[2])
        elif words[0] == "del":
            self.remove(words[1])
        elif words[0] == "sync":
            self.read_all()
        elif words[0] == "origin":
            self.origin = round(float(words[1]) * 1e9)
        elif words[0] == "stop":
            self.write()
            return False
        else:
            raise ValueError("unknown request " + words[0])
        return True

    def run(self):
        self.selector.register(0, selectors.EVENT_READ, None)
        rest, going = b"", True
        while going:
            for key, _ in self.selector.select():
                if key.data is not None:
                    if key.data in self.sockets:
                        self.read(key.data, self.sockets[key.data])
                    continue
                rest += os.read(0, 65536)
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    try:
                        going = self.obey(line.decode().split()) and going
                        print("ok", flush=True)
                    except (OSError, ValueError, IndexError) as error:
                        print("error:", error, flush=True)


Capture(sys.argv[1]).run()
