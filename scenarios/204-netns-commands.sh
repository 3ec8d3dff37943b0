#!/bin/bash
# 'ip netns' in all its forms. See: names that are refused, ids given by hand and by the kernel, ids as another namespace has them, commands
# run in one and in all namespaces, and their statuses.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns
ip netns add red
ip netns add red
ip netns add
ip netns add a/b
ip netns add .
ip netns add ..
ip netns add ""
ip netns add "x y"
ip netns list
ip netns ls
ip netns show
ip netns foo
ip netns list foo
ip netns list-id
ip netns list-id nsid 5
ip netns list-id target-nsid 5
ip netns list-id foo
ip netns add blue
ip netns add green
ip netns set red 5
ip netns set red 6
ip netns set blue 5
ip netns set blue auto
ip netns set green foo
ip netns set green -1
ip netns set nosuch 5
ip netns set green
ip netns set
ip netns list
ip netns list-id
ip netns list-id nsid 5
ip netns list-id nsid 77
ip netns list-id target-nsid 5
ip -j netns list
ip -j -p netns list-id
ip -j netns list-id
ip -n red netns list-id
ip netns exec red ip netns list-id
ip netns exec red ip netns identify
ip netns identify
ip netns identify self
ip netns identify $$
ip netns identify 1
ip netns identify 999999
ip netns identify foo
ip netns identify 1 2
ip netns pids red | wc -l
ip netns pids blue
ip netns pids nosuch
ip netns pids
ip netns pids red blue
ip netns list
ip netns attach ex2 999999
ip netns attach ex3
ip netns attach
ip netns del red
ip netns list
ip netns del nosuch
ip netns del
ip netns del blue green
ip netns delete green
ip netns list
ip netns exec
ip netns exec nosuch true
ip netns add n1
ip netns exec n1
ip netns exec n1 nosuchcmd
ip netns exec n1 sh -c 'exit 7'
echo $?
ip netns exec n1 false
echo $?
ip netns add n2
ip -a netns exec ip -br link
ip -all netns exec true
ip -a netns exec false
ip -a netns del
ip netns list
ip netns help
ip -all netns
ip -n nosuch link
ip -netns
ip netns exec -h
