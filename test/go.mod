// The end-to-end tests: they know the product as its users do, as a binary, an
// image and two doors, so nothing here imports its packages.
module didsms_exporter/test

go 1.26.0

require (
	github.com/klauspost/compress v1.20.3
	github.com/prometheus/client_model v0.6.3
	github.com/prometheus/common v0.72.1
	go.yaml.in/yaml/v3 v3.0.5
)

require (
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
