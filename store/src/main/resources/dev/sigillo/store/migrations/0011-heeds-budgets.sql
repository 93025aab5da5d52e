-- Whether the deletion under way empties the pool's nodes first, as disruption budgets allow; 0 for one of before: those did not wait.
ALTER TABLE pool ADD COLUMN heeds_budgets INTEGER NOT NULL DEFAULT 0;
