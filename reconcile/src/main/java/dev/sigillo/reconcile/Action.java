package dev.sigillo.reconcile;

import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One idempotent step towards the desired state. What it is for shows in its name; users read {@link #reason()}. */
sealed interface Action {

    /** Why the step is taken, in words for the log. */
    String reason();

    /** What it works on: two steps on the same never run at once. */
    String subject();

    /** A step on the cluster as a whole. */
    sealed interface OnCluster extends Action {
        @Override
        default String subject() {
            return "cluster";
        }
    }

    /** A step on one pool's rows. */
    sealed interface OnPool extends Action {
        String pool();

        @Override
        default String subject() {
            return subject(pool());
        }

        static String subject(String pool) {
            return "pool " + pool;
        }
    }

    /** A step on one machine. */
    sealed interface OnMachine extends Action {
        String machine();

        @Override
        default String subject() {
            return subject(machine());
        }

        static String subject(String machine) {
            return "machine " + machine;
        }
    }

    /** A step on the cluster's network, with which all of it begins and ends. */
    sealed interface OnNetwork extends Action {
        @Override
        default String subject() {
            return "the cluster's network";
        }
    }

    /** Opens the cluster's network: namespace, bridge, link to the host. */
    record OpenNetwork() implements OnNetwork {
        @Override
        public String reason() {
            return "the cluster has no network yet";
        }
    }

    /** Starts what does not run of etcd, API server, controller manager and scheduler. */
    record StartControlPlane() implements OnCluster {
        @Override
        public String reason() {
            return "the control plane does not run";
        }
    }

    /**
     * The stopped cluster has no machine left: ends the control plane's processes, keeps their data, and ends the
     * operation.
     *
     * @param operation the one that was seen, none if processes were found of a cluster that was stopped before
     */
    record StopControlPlane(Optional<String> operation) implements OnCluster {
        @Override
        public String reason() {
            return "the cluster is stopped and has no machine left";
        }
    }

    /**
     * No machine is left that trusts the old keys: ends the control plane's processes and removes its keys, which the next
     * start makes anew.
     *
     * @param operation the one that this is for
     */
    record RenewKeys(String operation) implements OnCluster {
        @Override
        public String reason() {
            return "the cluster's keys and certificates are to be made anew";
        }
    }

    /** Installs bindings, admission policy, DNS. */
    record PrepareCluster() implements OnCluster {
        @Override
        public String reason() {
            return "the API server answers and has not been prepared since it started";
        }
    }

    /**
     * Books machines for the pool: names, addresses, rows in the store.
     *
     * @param asked how many the pool was asked for when this was planned; nothing is booked if that has changed since
     * @param attempt 1, or one more than that of a machine that one of them replaces
     */
    record BookMachines(String pool, int count, int asked, int attempt) implements OnPool {
        @Override
        public String reason() {
            return "pool " + pool + " has fewer machines than asked for";
        }
    }

    /** Makes and starts the booked machine. */
    record StartMachine(String machine) implements OnMachine {
        @Override
        public String reason() {
            return "machine " + machine + " is booked and does not exist yet";
        }
    }

    /** Creates the Node object, tainted and labelled, before a kubelet may come. */
    record RegisterNode(String machine) implements OnMachine {
        @Override
        public String reason() {
            return "machine " + machine + " has no Node object";
        }
    }

    /** Gives the Node the labels and taints that the pool's user asks for by now. */
    record LabelNode(String machine, String pool) implements OnMachine {
        @Override
        public String reason() {
            return "the node of machine " + machine + " does not carry what pool " + pool + " asks for";
        }
    }

    /** The node is Ready in the cluster for the first time. */
    record MarkReady(String machine) implements OnMachine {
        @Override
        public String reason() {
            return "the node of machine " + machine + " is Ready";
        }
    }

    /**
     * Takes all trust from a node that has not proved itself in time, which gets it back when it does, or finishes that for
     * one that is in quarantine; one that is silent goes there by it, where its pool has such ones replaced.
     */
    record WithdrawTrust(String machine) implements OnMachine {
        @Override
        public String reason() {
            return "no verdict holds of machine " + machine;
        }
    }

    /** It ended by itself: a new one takes its place. */
    record MarkLost(String machine, Phase from, String how) implements OnMachine {
        @Override
        public String reason() {
            return "machine " + machine + " " + how;
        }
    }

    /**
     * Gives the machine up: the row keeps the reason.
     *
     * @param refused what Secure Boot would not start, of which an alert is raised; empty if it was something else
     */
    record Condemn(String machine, MachineRecord.Failure failure, Optional<String> refused) implements OnMachine {
        Condemn(String machine, MachineRecord.Failure failure) {
            this(machine, failure, Optional.empty());
        }

        @Override
        public String reason() {
            return failure.message();
        }
    }

    /** Keeps the remains of a machine that failed and frees what it still holds on the host; its row stays to be read. */
    record BuryMachine(String machine) implements OnMachine {
        @Override
        public String reason() {
            return "machine " + machine + " failed and still holds resources";
        }
    }

    /**
     * Empties the node of a machine that others have replaced and removes it; if its pods do not leave in time, the pool's
     * operation fails and the node goes on.
     *
     * @param drain how long its pods may take
     * @param aside by what the node is set aside instead, so that others are replaced first
     */
    record RetireMachine(String machine, String pool, Duration drain, Optional<String> aside) implements OnMachine {
        @Override
        public String reason() {
            return "machine " + machine + " is not what pool " + pool + " asks for, and others have taken its place";
        }
    }

    /**
     * Ends a roll of which only nodes are left that could not be emptied, or too many of them: the pool's operation fails.
     * One that is empty by now goes.
     *
     * @param machines those of these nodes
     */
    record EndRoll(String pool, List<String> machines) implements OnPool {
        public EndRoll {
            machines = List.copyOf(machines);
        }

        @Override
        public String reason() {
            return "pool " + pool + " has nodes that could not be drained, and nothing else can be replaced";
        }
    }

    /**
     * Empties all nodes of a pool that is being deleted; if their pods do not leave in time, the deletion fails and the
     * nodes go on.
     *
     * @param operation the deletion that this is for
     * @param drain how long pods may take
     */
    record EmptyPool(String pool, String operation, Duration drain) implements OnPool {
        @Override
        public String reason() {
            return "pool " + pool + " is being deleted, and disruption budgets are heeded";
        }
    }

    /**
     * The pool, which is scaled by itself, should have another number of machines.
     *
     * @param from how many it was asked for when this was decided; nothing happens if that has changed since
     * @param leaving ids of machines that leave with it
     */
    record ScalePool(String pool, int from, int to, List<String> leaving, String why) implements OnPool {
        public ScalePool {
            leaving = List.copyOf(leaving);
        }

        @Override
        public String reason() {
            return why;
        }
    }

    /** Has the machine leave, if its pool still has more than asked for. */
    record DismissMachine(String machine, String pool) implements OnMachine {
        @Override
        public String reason() {
            return "pool " + pool + " has more machines than asked for";
        }
    }

    /** Removes machine and row; its Node, a stranger then, follows. */
    record RemoveMachine(String machine, boolean drain, String why) implements OnMachine {
        @Override
        public String reason() {
            return why;
        }
    }

    /** Deletes a Node that no living machine stands for. */
    record DeleteNode(String name) implements Action {
        @Override
        public String reason() {
            return "node " + name + " has no machine";
        }

        @Override
        public String subject() {
            return "node " + name;
        }
    }

    /**
     * Ends the pool's operation.
     *
     * @param operation the one that was seen, none if the pool's state changes without one
     */
    record SettlePool(String pool, Optional<String> operation, Settled outcome) implements OnPool {
        @Override
        public String reason() {
            return "pool " + pool + ": " + outcome;
        }
    }

    /**
     * Ends the cluster's operation.
     *
     * @param operation the one that was seen, none if the cluster's state changes without one
     */
    record SettleCluster(Optional<String> operation) implements OnCluster {
        @Override
        public String reason() {
            return "the control plane is prepared and all pools have settled";
        }
    }

    /** The deleted pool has no machine left: drops its row and ends the operation. */
    record ForgetPool(String pool) implements OnPool {
        @Override
        public String reason() {
            return "pool " + pool + " is deleted and has no machine left";
        }
    }

    /**
     * The deleted cluster has no machine left: removes control plane, network and rows. Not a step on the cluster: it does
     * not wait for a control plane that is still starting.
     */
    record ForgetCluster() implements OnNetwork {
        @Override
        public String reason() {
            return "the cluster is deleted and has no machine left";
        }
    }
}
