// The parser of Kubernetes' CronJobs, asked: one JSON question a line on standard input, one answer a line back.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

type question struct {
	Cron  string `json:"cron"`
	Zone  string `json:"zone"`
	After string `json:"after"`
	Count int    `json:"count"`
}

type answer struct {
	Error string   `json:"error"`
	Times []string `json:"times"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(answered(asked)); err != nil {
			os.Exit(1)
		}
	}
}

func answered(asked question) answer {
	if _, err := cron.ParseStandard(asked.Cron); err != nil {
		return answer{Error: err.Error(), Times: []string{}}
	}
	// The controller puts the zone before the expression, as here.
	schedule, err := cron.ParseStandard(fmt.Sprintf("TZ=%s %s", asked.Zone, asked.Cron))
	if err != nil {
		return answer{Error: err.Error(), Times: []string{}}
	}
	moment, err := time.Parse(time.RFC3339Nano, asked.After)
	if err != nil {
		return answer{Error: err.Error(), Times: []string{}}
	}
	times := []string{}
	for len(times) < asked.Count {
		moment = schedule.Next(moment)
		if moment.IsZero() {
			break
		}
		times = append(times, moment.UTC().Format(time.RFC3339))
	}
	return answer{Times: times}
}
