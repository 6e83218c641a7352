// Reads a compose file with the parser that Docker Compose itself uses; exit code 1 and its message when it refuses.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithName("huaxiang"))
	if err == nil {
		var project, loadErr = options.LoadProject(context.Background())
		err = loadErr
		if err == nil {
			fmt.Printf("%d services\n", len(project.Services))
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
