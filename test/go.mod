// The end-to-end tests: they know the product as its users do, as a binary, an
// image and two doors, so nothing here imports its packages.
module didsms_exporter/test

go 1.26.0

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.1 // indirect
)
