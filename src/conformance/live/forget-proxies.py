#!/usr/bin/env python3
"""Takes away the ARP proxy entries without a device of this network namespace.

The kernel keeps such an entry when its namespace goes, and shows it in a later one that happens to get the same memory.
"""
import fcntl
import socket
import struct

SIOCDARP = 0x8953
ATF_PUBL = 0x08
ATF_NETMASK = 0x20


def sockaddr(address):
    return struct.pack("HH4s8x", socket.AF_INET, 0, address)


with open("/proc/net/arp") as table:
    entries = [line.split() for line in table][1:]
for ip, *_, device in entries:
    if device != "*":
        continue
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = sockaddr(socket.inet_aton(ip)) + bytes(16) + struct.pack("i", ATF_PUBL | ATF_NETMASK)
        try:
            fcntl.ioctl(s, SIOCDARP, request + sockaddr(b"\xff" * 4) + bytes(16))
        except OSError:
            pass  # not ours any more
