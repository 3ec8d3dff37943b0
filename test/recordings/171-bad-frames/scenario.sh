#!/bin/bash
# Frames that ought not to be. See: which counter and which device column moves for bad versions, lengths and checksums, for
# sources and destinations that cannot be, for protocols and EtherTypes that nobody takes, for frames to other addresses, of
# 802.3, and of VLANs.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in red blue; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 brd + dev va
ip -n blue addr add 10.0.0.2/24 brd + dev vb
ip -n red link set lo up
ip -n blue link set lo up
ip -n red link set va up
ip -n blue link set vb up
ip -n red neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va
ip -n blue neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev vb
ip netns exec red ping -c 1 10.0.0.2
r() { ip netns exec red rawip va 02:00:00:00:00:02 02:00:00:00:00:01 "$@" > /dev/null; }
f() { ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 "$@" > /dev/null; }
r 10.0.0.1 10.0.0.77
r 10.0.0.1 240.0.0.1
r 10.0.0.1 127.0.0.1
r 127.0.0.1 10.0.0.2
r 0.0.0.0 10.0.0.2
r 10.0.0.2 10.0.0.2
r 224.0.0.1 10.0.0.2
r 255.255.255.255 10.0.0.2
r 10.0.0.1 0.0.0.0
r 0.0.0.0 255.255.255.255
r 10.0.0.1 10.0.0.0
r 99.0.0.1 10.0.0.2
ip netns exec blue nstat -as
r 10.0.0.1 10.0.0.2 type=13 len=12
r 10.0.0.1 10.0.0.2 type=13
r 10.0.0.1 10.0.0.2 type=17 len=4
r 10.0.0.1 10.0.0.2 type=3 code=3
r 10.0.0.1 10.0.0.2 type=11 len=28
r 10.0.0.1 10.0.0.2 type=42
r 10.0.0.1 10.0.0.2 type=43
r 10.0.0.1 10.0.0.2 type=19
r 10.0.0.1 10.0.0.2 ttl=0
ip netns exec blue nstat -as
r 10.0.0.1 10.0.0.255 proto=udp
r 10.0.0.1 224.0.0.1 proto=udp
r 10.0.0.1 239.1.1.1 proto=udp
r 10.0.0.1 10.0.0.2 proto=udp len=90
ip netns exec red rawip va ff:ff:ff:ff:ff:ff 02:00:00:00:00:01 10.0.0.1 10.0.0.2 proto=udp
ip netns exec red rawip va 02:00:00:00:00:77 02:00:00:00:00:01 10.0.0.1 10.0.0.2 proto=udp
f 0800 55
f 0800 6500001c000000004001000000000000
f 0800 450000ff00000000401111110a0000010a000002
# Total length too long, and below the header's; a protocol that nobody takes.
f 0800 450000ff00000000401165ec0a0000010a000002
f 0800 4500000a00000000401166e10a0000010a000002
f 0800 450000200000000040fd65df0a0000010a000002
# UDP: a wrong checksum, two wrong lengths, no header, no checksum, and an option before it.
f 0800 4500002000000000401166cb0a0000010a00000203e80009000c123401020304
f 0800 4500001c00000000401166cf0a0000010a00000203e8000900ff0000
f 0800 4500001c00000000401166cf0a0000010a00000203e8000900070000
f 0800 4500001800000000401166d30a0000010a00000203e80009
f 0800 4500001c00000000401166cf0a0000010a00000203e8000900080000
f 0800 4600002000000000401163ca0a0000010a0000020101010003e8000900080000
# ICMP with a wrong checksum, and without a header; IGMP with a wrong checksum.
f 0800 4500001c00000000400166df0a0000010a0000020800123400010001
f 0800 4500001800000000400166e30a0000010a00000208000000
f 0800 4500001c00000000400266de0a0000010a00000211000000e0000001
ip netns exec blue nstat -as
f 88b5 00
f 0806 00
f 0026 424203
f 0026 ffff03
f 0004 00
f 0600 00
f 8100 0000
f 8100 0005080045
ip netns exec red rawsend va 02:00:00:00:00:77 02:00:00:00:00:01 88b5 00 2
ip netns exec red rawsend va 01:80:c2:00:00:0e 02:00:00:00:00:01 88cc
ip -n red -s -s link show va
ip -n blue -s -s link show vb
ip netns exec blue nstat -as
