"""A Ray cluster of a head and two nodes on loopback: prints its address, kills a node for the line `kill`.

At 127.0.0.2, for Ray takes 127.0.0.1 for the machine's outer address.
"""

import os
import sys

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

from ray.cluster_utils import Cluster

_SMALL = {"object_store_memory": 80 * 1024 * 1024, "node_ip_address": "127.0.0.2"}
# On a busy machine Ray's own processes may find each other too slow, and give up.
_TRIES = 6


def started() -> Cluster:
    """Return the running cluster."""
    for left in reversed(range(_TRIES)):
        cluster = Cluster()
        try:
            cluster.add_node(num_cpus=0, include_dashboard=False, **_SMALL)
            for _ in range(2):
                cluster.add_node(num_cpus=1, **_SMALL)
            cluster.wait_for_nodes()
        except Exception:
            if not left:
                raise
            cluster.shutdown()
        else:
            return cluster
    raise AssertionError("not reached")


if __name__ == "__main__":
    cluster = started()
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            cluster.remove_node(
                max(cluster.worker_nodes, key=lambda node: node.raylet_socket_name), allow_graceful=False
            )
            print("killed", flush=True)
    cluster.shutdown()
