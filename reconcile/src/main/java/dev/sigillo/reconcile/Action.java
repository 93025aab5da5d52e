package dev.sigillo.reconcile;

/** One idempotent step towards the desired state. What it is for shows in its name; users read {@link #reason()}. */
sealed interface Action {

    /** Why the step is taken, in words for the log. */
    String reason();

    /** Opens the cluster's network: namespace, bridge, link to the host. */
    record OpenNetwork() implements Action {
        @Override
        public String reason() {
            return "the cluster has no network yet";
        }
    }

    /** Starts what does not run of etcd, API server, controller manager and scheduler. */
    record StartControlPlane() implements Action {
        @Override
        public String reason() {
            return "the control plane does not run";
        }
    }

    /** Installs bindings, admission policy, DNS. */
    record InstallAddons() implements Action {
        @Override
        public String reason() {
            return "the API server answers and has not been prepared by this server yet";
        }
    }

    /** Books one more machine for the pool: name, addresses, a row in the store. */
    record BookMachine(String pool) implements Action {
        @Override
        public String reason() {
            return "pool " + pool + " has fewer machines than asked for";
        }
    }

    /** Makes and starts the booked machine. */
    record StartMachine(String machine) implements Action {
        @Override
        public String reason() {
            return "machine " + machine + " is booked and does not exist yet";
        }
    }

    /** Creates the Node object, tainted and labelled, before a kubelet may come. */
    record RegisterNode(String machine) implements Action {
        @Override
        public String reason() {
            return "machine " + machine + " has no Node object";
        }
    }

    /** The node is Ready in the cluster for the first time. */
    record MarkReady(String machine) implements Action {
        @Override
        public String reason() {
            return "the node of machine " + machine + " is Ready";
        }
    }

    /** Gives the machine up: keeps its remains, frees what it holds, and keeps the row with the reason. */
    record Condemn(String machine, String why) implements Action {
        @Override
        public String reason() {
            return why;
        }
    }

    /** Frees what a machine that failed still holds on the host; its row stays for people to read. */
    record BuryMachine(String machine) implements Action {
        @Override
        public String reason() {
            return "machine " + machine + " failed and still holds resources";
        }
    }

    /** Removes node, machine and row. */
    record RemoveMachine(String machine, boolean drain, String why) implements Action {
        @Override
        public String reason() {
            return why;
        }
    }

    /** Ends the pool's operation. */
    record SettlePool(String pool, Settled outcome) implements Action {
        @Override
        public String reason() {
            return "pool " + pool + ": " + outcome;
        }
    }

    /** Ends the cluster's operation. */
    record SettleCluster(Settled outcome) implements Action {
        @Override
        public String reason() {
            return "cluster: " + outcome;
        }
    }

    /** The deleted pool has no machine left: drops its row and ends the operation. */
    record ForgetPool(String pool) implements Action {
        @Override
        public String reason() {
            return "pool " + pool + " is deleted and has no machine left";
        }
    }

    /** The deleted cluster has no machine left: removes control plane, network and rows. */
    record ForgetCluster() implements Action {
        @Override
        public String reason() {
            return "the cluster is deleted and has no machine left";
        }
    }
}
