using Weft.Cli;

return await WeftProgram.RunAsync(args, CliHost.ForProcess());
