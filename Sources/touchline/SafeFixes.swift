import Foundation
import Language

/// The fixes that lint makes by itself: those after which no file is worse than before, and nothing but them.
struct SafeFixes {
    /// The files with their new texts.
    private(set) var files: [DefinitionFile]
    private let original: [DefinitionFile]
    /// Files of which some fixes would bring more to light than they mend.
    private var isDone: Set<String> = []

    /// A fix may show what another can mend, but not forever.
    private static let rounds = 8
    /// Each that is tried on its own takes a lint of everything.
    private static let mostSingle = 32

    init(_ files: [DefinitionFile]) {
        original = files
        self.files = files
        var problems = Self.problems(files)
        for _ in 0..<Self.rounds {
            guard let after = mend(problems) else { return }
            problems = after
        }
    }

    private static func problems(_ files: [DefinitionFile]) -> [Diagnostic] {
        let diagnostics = Diagnostics()
        _ = Definitions(files: files, thorough: true, diagnostics: diagnostics)
        return diagnostics.sorted
    }

    /// By file; an error weighs more than any number of warnings.
    private static func weights(_ problems: [Diagnostic]) -> [String: Int] {
        problems.reduce(into: [:]) { $0[$1.position.file, default: 0] += $1.severity == .error ? 1_000_000 : 1 }
    }

    /// Makes the fixes of all files at once, and takes those back that make a file worse. The problems that are left; nil
    /// where nothing changed.
    private mutating func mend(_ problems: [Diagnostic]) -> [Diagnostic]? {
        let fixes = Dictionary(grouping: problems.compactMap(\.fix)) { $0.position.file }
        let before = files
        for index in files.indices where !isDone.contains(files[index].path) {
            files[index] = files[index].with(fixes[files[index].path] ?? [])
        }
        guard zip(before, files).contains(where: { $0.text != $1.text }) else { return nil }
        let weights = Self.weights(problems)
        let after = Self.problems(files)
        let newWeights = Self.weights(after)
        let worse = files.indices.filter { newWeights[files[$0].path, default: 0] > weights[files[$0].path, default: 0] }
        guard !worse.isEmpty else { return after }
        for index in worse {
            isDone.insert(files[index].path)
            files[index] = before[index]
        }
        for index in worse { mendOneByOne(index, fixes[files[index].path] ?? []) }
        return Self.problems(files)
    }

    private mutating func mendOneByOne(_ index: Int, _ fixes: [Fix]) {
        let path = files[index].path
        for fix in fixes.prefix(Self.mostSingle) {
            let last = files[index]
            let weight = Self.weights(Self.problems(files))[path, default: 0]
            files[index] = last.with([fix])
            if Self.weights(Self.problems(files))[path, default: 0] > weight { files[index] = last }
        }
    }

    private var changes: [(old: DefinitionFile, new: DefinitionFile)] {
        zip(original, files).filter { $0.text != $1.text }.map { ($0, $1) }
    }

    /// As `diff -u` would say it, file by file.
    var diff: [String] {
        let found = Diagnostics()
        _ = Definitions(files: original, thorough: true, diagnostics: found)
        return changes.flatMap { old, new in
            UnifiedDiff.lines(from: old.text, to: new.text, file: old.path) { found.isConcealed($0, of: old.path) }
        }
    }

    var summary: String { "fixed " + AuditSummary.count(changes.count, "file") }

    func write() throws {
        for (old, new) in changes {
            let url = URL(fileURLWithPath: old.path).resolvingSymlinksInPath()
            let rights = try? FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
            do {
                try Data(new.text.utf8).write(to: url, options: .atomic)
            } catch {
                throw Stop(.wrong, "'\(old.path)' cannot be written")
            }
            if let rights { try? FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: url.path) }
        }
    }
}

extension DefinitionFile {
    fileprivate func with(_ fixes: [Fix]) -> DefinitionFile {
        var edits = TextEdits(text)
        edits.make(fixes)
        return edits.count > 0 ? DefinitionFile(path: path, text: edits.text) : self
    }
}
