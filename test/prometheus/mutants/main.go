// SPDX-License-Identifier: Apache-2.0

// Command mutants shows that the unit tests of the alerting rules would notice a
// fault: it takes away or turns one condition of the rules at a time and runs the
// tests of that area, which must fail.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"sync"
	"time"
)

func main() {
	var r runner
	flag.StringVar(&r.promtool, "promtool", "promtool", "path of promtool")
	flag.StringVar(&r.alerts, "alerts", "../../alerts", "folder with rules and tests")
	only := flag.String("run", "", "regular expression of the mutants to try")
	list := flag.Bool("list", false, "only print the mutants")
	jobs := flag.Int("jobs", 2, "how many at a time")
	flag.Parse()
	filter, err := regexp.Compile(*only)
	if err != nil || flag.NArg() > 0 || *jobs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ok, err := run(r, filter, *jobs, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(r runner, filter *regexp.Regexp, jobs int, list bool) (bool, error) {
	mutants, err := all(r.alerts)
	if err != nil {
		return false, err
	}
	var chosen []mutant
	areas := map[string]bool{}
	for _, mutant := range mutants {
		if filter.MatchString(mutant.area + ": " + mutant.name) {
			chosen = append(chosen, mutant)
			areas[mutant.area] = true
		}
	}
	// Known before the long run that a mutant has become stale.
	if err := r.apply(chosen); err != nil {
		return false, err
	}
	if list {
		for _, mutant := range chosen {
			fmt.Printf("%-9s %s\n", mutant.area, mutant.name)
		}
		return true, nil
	}
	// A test that fails anyway catches everything.
	for area := range areas {
		result := r.try(mutant{area: area, name: "nothing is changed", times: 1})
		fmt.Println(result)
		if result.by != "" || result.err != nil {
			return false, fmt.Errorf("the tests of %s fail without a mutant", area)
		}
	}
	return report(r, chosen, jobs), nil
}

func report(r runner, mutants []mutant, jobs int) bool {
	began := time.Now()
	queue := make(chan mutant)
	results := make(chan result)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for mutant := range queue {
				results <- r.try(mutant)
			}
		})
	}
	go func() {
		for _, mutant := range mutants {
			queue <- mutant
		}
		close(queue)
		workers.Wait()
		close(results)
	}()
	caught := 0
	for result := range results {
		fmt.Println(result)
		if result.by != "" && result.err == nil {
			caught++
		}
	}
	fmt.Printf("%d of %d mutants caught, in %.0f s\n", caught, len(mutants), time.Since(began).Seconds())
	return caught == len(mutants) && caught > 0
}
