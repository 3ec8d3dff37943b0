// W1 on ns-3: two hosts on one CSMA link, ARP, IPv4, `msgs` ICMP echo requests of 56 data octets 1 ms apart.
// One process is one measurement and prints one JSON line. The clock covers Simulator::Run() only; building the topology
// is `setup_s`. A frame counts once for each device that has received it.
//
// What is like a veth pair: no queue disc, no random wait before an ARP request, checksums left out (ns-3's default).
#include "ns3/core-module.h"
#include "ns3/csma-module.h"
#include "ns3/internet-apps-module.h"
#include "ns3/internet-module.h"
#include "ns3/traffic-control-module.h"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

using namespace ns3;

namespace {

uint64_t framesDelivered = 0;
uint64_t echoReplies = 0;
uint64_t framesDropped = 0;
uint64_t backoffs = 0;

void onFrame(Ptr<const Packet>) { framesDelivered++; }
void onDrop(Ptr<const Packet>) { framesDropped++; }
void onBackoff(Ptr<const Packet>) { backoffs++; }
void onReply(Time) { echoReplies++; }

double wallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// A line of /proc/self/status in MiB: VmRSS is what is resident now, VmHWM the most there has been since exec(2).
double residentMiB(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == field + ":") {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  const double begun = wallSeconds();
  std::string workload = "W1";
  std::string scheduler = "Map";
  uint64_t msgs = 100000;
  bool checksum = false;
  std::string pcap = "none";
  std::string out = "/tmp/ns3-trace";
  CommandLine cmd(__FILE__);
  cmd.AddValue("workload", "W1", workload);
  cmd.AddValue("scheduler", "Map|Heap|Calendar|PriorityQueue|List", scheduler);
  cmd.AddValue("msgs", "echo requests in all", msgs);
  cmd.AddValue("checksum", "compute checksums", checksum);
  cmd.AddValue("pcap", "none|all", pcap);
  cmd.AddValue("out", "prefix of capture files", out);
  cmd.Parse(argc, argv);
  if (workload != "W1") {
    std::fprintf(stderr, "bench-w1: unknown workload %s\n", workload.c_str());
    return 2;
  }
  const double residentEmpty = residentMiB("VmRSS");

  GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksum));
  Config::SetDefault("ns3::ArpL3Protocol::RequestJitter", StringValue("ns3::ConstantRandomVariable[Constant=0.0]"));
  ObjectFactory schedulerType;
  schedulerType.SetTypeId("ns3::" + scheduler + "Scheduler");
  Simulator::SetScheduler(schedulerType);

  NodeContainer hosts(2);
  CsmaHelper csma;
  csma.SetChannelAttribute("DataRate", StringValue("1Gbps"));
  csma.SetChannelAttribute("Delay", TimeValue(MicroSeconds(1)));
  NetDeviceContainer devices = csma.Install(hosts);
  for (uint32_t i = 0; i < devices.GetN(); i++) {
    devices.Get(i)->TraceConnectWithoutContext("PhyRxEnd", MakeCallback(&onFrame));
    devices.Get(i)->TraceConnectWithoutContext("MacTxDrop", MakeCallback(&onDrop));
    devices.Get(i)->TraceConnectWithoutContext("PhyTxDrop", MakeCallback(&onDrop));
    devices.Get(i)->TraceConnectWithoutContext("MacTxBackoff", MakeCallback(&onBackoff));
  }

  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.Install(hosts);
  Ipv4AddressHelper addresses("10.0.0.0", "255.255.0.0");
  Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
  TrafficControlHelper().Uninstall(devices);  // Assign() has installed a default queue disc

  V4PingHelper ping(interfaces.GetAddress(1));
  ping.SetAttribute("Interval", TimeValue(MilliSeconds(1)));
  ping.SetAttribute("Size", UintegerValue(56));
  ApplicationContainer application = ping.Install(hosts.Get(0));
  application.Start(Seconds(0));
  application.Stop(MicroSeconds(1000 * msgs - 500));  // half an interval after the last request
  application.Get(0)->TraceConnectWithoutContext("Rtt", MakeCallback(&onReply));
  if (pcap == "all") csma.EnablePcapAll(out, true);

  const double residentBuilt = residentMiB("VmRSS");
  const double started = wallSeconds();
  const double cpuStarted = cpuSeconds();
  Simulator::Run();
  const double wall = wallSeconds() - started;
  const double cpu = cpuSeconds() - cpuStarted;
  const uint64_t events = Simulator::GetEventCount();

  std::printf("{\"workload\":\"W1\",\"peer\":\"ns3\",\"params\":{\"K\":2,\"msgs\":%" PRIu64
              ",\"link\":\"csma\",\"scheduler\":\"%s\",\"arp\":\"dynamic\",\"checksum\":%d,\"pcap\":\"%s\"},"
              "\"frames_delivered\":%" PRIu64 ",\"events\":%" PRIu64 ",\"wall_s\":%.6f,\"frames_per_s\":%.0f,"
              "\"events_per_s\":%.0f,\"peak_rss_mb\":%.1f,\"setup_s\":%.4f,\"cpu_s\":%.4f,\"datagrams\":%" PRIu64
              ",\"backoffs\":%" PRIu64 ",\"drops\":%" PRIu64 ",\"sim_s\":%.6f,\"rss_empty_mb\":%.2f,\"rss_built_mb\":%.2f,"
              "\"rss_end_mb\":%.2f,\"hosts\":2}\n",
              msgs, scheduler.c_str(), checksum ? 1 : 0, pcap.c_str(), framesDelivered, events, wall, framesDelivered / wall,
              events / wall, residentMiB("VmHWM"), started - begun, cpu, echoReplies, backoffs, framesDropped,
              Simulator::Now().GetSeconds(), residentEmpty, residentBuilt, residentMiB("VmRSS"));
  Simulator::Destroy();
  return 0;
}
