module sigillo.dev/distribution/pause

go 1.21
