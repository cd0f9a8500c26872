// The programs of the node's own images: static, without dependencies, one binary each.
module mosaic.dev/images

go 1.24
