sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns add blue
ip netns exec blue sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link show
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link add address 02:00:00:00:00:03 type veth peer address 02:00:00:00:00:04
ip link add vc address 02:00:00:00:00:05 mtu 1400 txqueuelen 500 index 50 numtxqueues 2 group 7 type veth peer name vd netns blue address 02:00:00:00:00:06 mtu 1300 index 60
ip link add va type veth
ip link add vx type nosuch
ip link add toolongnametoolong type veth
ip link add vx mtu 40 type veth
ip link add vx address 01:00:00:00:00:01 type veth
ip link add vx address 02:00:00:00:00:01 type veth peer name va address 02:00:00:00:00:02
ip link set va up
ip link set vb up
sleep 0.5
ip link show
ip -s link show dev va
ip -d link show dev va
ip -n blue link show
ip -n blue link show dev vd
ip link show dev nosuch
ip link show type veth
ip link show up
ip link show group 7
ip link set va mtu 9000
ip link set va mtu 10
ip link set va mtu 70000
ip link set va name vz
ip link set va down
ip link set va name vz
ip link set vz alias "some text"
ip link set vz address 02:00:00:00:00:11
ip link set vz address 01:00:00:00:00:11
ip link set vz broadcast ff:ff:ff:ff:ff:fe
ip link set vz txqueuelen 77
ip link set vz group 9
ip link set vz arp off
ip link set vz promisc on
ip link set vz allmulticast on
ip link set vz multicast off
ip link set vz arp on
ip link set vz carrier off
ip link property add dev vz altname other altname second
ip link property add dev vz altname vb
ip link property del dev vz altname second
ip link show dev other
ip link set vz netns blue
ip link set lo netns blue
ip -n blue link set vz netns blue
ip -n blue link show
ip link set vb master lo
ip link set vb nomaster
ip link set vb mode dormant
ip link set vb state down
ip link del vb
ip link del lo
ip link del nosuch
ip link set group 7 up
ip link del group 0
ip link del group 7
ip link show
ip -n blue link show
