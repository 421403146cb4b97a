import Foundation

// touchline-bench: what the README says about speed is what this prints. Each figure stands beside a reference that is
// measured in the same run, since machines and their load differ.

let arguments = CommandLine.arguments.dropFirst()
// A part of the pulling bench, as a process of its own.
if arguments.first == "drain", let config = arguments.dropFirst().first {
    try await PullingBench.drain(config)
    exit(0)
}
let wanted = arguments.isEmpty ? ["mapping", "judging", "linting", "memory", "scoring", "pulling"] : Array(arguments)
for name in wanted {
    switch name {
    case "mapping": try MappingBench.run()
    case "judging": try JudgingBench.run()
    case "linting": LintingBench.run()
    case "memory": try MemoryBench.run()
    case "scoring": ScoringBench.run()
    case "pulling": try PullingBench.run()
    default:
        FileHandle.standardError.write(
            Data("touchline-bench: no bench '\(name)'; there are mapping, judging, linting, memory, scoring and pulling\n".utf8))
        exit(2)
    }
}
