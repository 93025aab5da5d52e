-- What a node may write to, in GiB; 0 for machines that were booked before the size of disks counted.
ALTER TABLE machine ADD COLUMN os_disk_gib INTEGER NOT NULL DEFAULT 0;
