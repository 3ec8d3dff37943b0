"""Sends octets on a netlink socket and prints what comes back: one JSON object in, one out."""
import json
import select
import socket
import sys

NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK = 10, 11, 12
SOL_NETLINK = 270
asked = json.loads(sys.stdin.read())
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, asked.get("protocol", 0))
for name, option in (("capAck", NETLINK_CAP_ACK), ("extAck", NETLINK_EXT_ACK), ("strict", NETLINK_GET_STRICT_CHK)):
    if asked[name]:
        sock.setsockopt(SOL_NETLINK, option, 1)
sock.bind((0, 0))
sock.send(bytes.fromhex(asked["hex"]))
got = []
while select.select([sock], [], [], 0.05)[0]:
    sock.recv(0, socket.MSG_PEEK | socket.MSG_TRUNC)
    got.append({"hex": sock.recv(32768).hex(), "size": 32768})
print(json.dumps(got))
