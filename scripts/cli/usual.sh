# What scripts usually do: the code for it is compiled when the package is built.
set -e
for host in red blue; do
  ip netns add "$host"
done
ip link add v0 netns red type veth peer name v1 netns blue
ip -n red addr add 10.0.0.1/24 dev v0
ip -n red link set v0 up
ip -n blue addr add 10.0.0.2/24 dev v1 && ip -n blue link set v1 up
ip netns exec red sysctl -w net.ipv4.ip_forward=1
ip netns exec red ping -c 1 10.0.0.2
ip -n red -br addr show | grep -c v0
ip -n red route show
ip -n red neigh show
if ! ip netns exec blue ping -c 1 -W 1 10.0.0.3; then echo "no answer"; fi
