// Writes the fixtures that are committed as data: `swift run touchline-fixtures demo fixtures/demo`.
// There is no clock and no chance in it: running it again gives the same bytes.
import Foundation

/// Writes the three partners' files and the list of what is planted in them.
func writeDemo(into folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var planted: [PlantedFacts] = []
    for (index, profile) in Network.profiles.enumerated() {
        let stories = stories(of: profile, seed: UInt64(2_026_000 + index))
        planted.append(PlantedFacts(profile: profile, stories: stories))
        let files =
            switch profile.partner {
            case "northwind": DeskPages.files(stories)
            case "kestrel": TrackerPages.files(stories)
            default: [("tasman.csv", CaseExport.file(stories))]
            }
        for (name, text) in files { try write(text, to: folder + "/" + name) }
    }
    try write(PlantedFacts.readme(planted), to: folder + "/README.md")
}

/// A partner's stories in the order in which they were opened, numbered in that order.
func stories(of profile: Profile, seed: UInt64) -> [Story] {
    var escalations = EscalationStories(profile: profile, random: SplitMix64(seed: seed))
    var implementations = ImplementationStories(profile: profile, random: SplitMix64(seed: seed + 500))
    let told =
        (0..<profile.escalations).map { _ in escalations.story(number: 0) }
        + (0..<profile.implementations).map { _ in implementations.story(number: 0) }
    let inOrder = told.enumerated().sorted { a, b in (a.element.opened, a.offset) < (b.element.opened, b.offset) }.map(\.element)
    return inOrder.enumerated().map { index, story in story.numbered(profile.firstNumber + index * 3) }
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, arguments.first == "demo", let folder = arguments.last else {
    FileHandle.standardError.write(Data("usage: touchline-fixtures demo FOLDER\n".utf8))
    exit(2)
}
do {
    try writeDemo(into: folder)
} catch {
    FileHandle.standardError.write(Data("cannot write to '\(folder)': \(error)\n".utf8))
    exit(1)
}
