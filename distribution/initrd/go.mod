module sigillo.dev/distribution/initrd

go 1.25.0
