sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns add blue
ip netns add red
ip netns add green
ip netns list
ip netns list-id
ip netns set blue 7
ip netns set blue 8
ip netns set red 7
ip netns set red auto
ip netns set nosuch 3
ip netns list
ip netns list-id
ip netns list-id target-nsid 7
ip netns list-id nsid 7
ip netns list-id nsid 99
ip -n blue netns list-id
ip link add va netns blue address 02:00:00:00:00:01 type veth peer name vb netns green address 02:00:00:00:00:02
ip -n blue link show
ip -n green netns list-id
ip link add vc address 02:00:00:00:00:03 type veth peer name vd address 02:00:00:00:00:04
ip link set vd netns red name vdd
ip link set vd netns red
ip -n red link set vdd netns blue name va
ip -n red link set vdd netns nosuch
ip -n red link set vdd netns blue
ip -n blue link show vdd
ip link show
ip link show nsid 7
ip link set vc link-netnsid 7
ip netns del red
sleep 0.2
ip netns list-id
