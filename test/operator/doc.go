// SPDX-License-Identifier: Apache-2.0

// Package operator holds one test: that the objects of `didsms_exporter export` are
// those of the Prometheus Operator.
package operator
