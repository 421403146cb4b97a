import Foundation
import Language
import TestSupport
import Testing

@testable import Checklists

/// The checklists that we stand behind, and their own tests.
struct OwnChecklistsTests {
    @Test(arguments: ["escalation", "implementation"])
    func `our checklists pass their own tests, and every item can pass and fail`(_ name: String) throws {
        let diagnostics = Diagnostics()
        let path = "checklists/\(name).yaml"
        let loaded = ChecklistLoader.load(files: [(path, try Checkout.text(path))], diagnostics: diagnostics)
        let testPath = "checklists/tests/\(name).yaml"
        let tests = ChecklistTests.load(
            name: testPath, text: try Checkout.text(testPath), checklists: loaded, diagnostics: diagnostics)
        ChecklistTests.reportCoverage([try #require(tests)], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.description) == [])
        let failed = try #require(tests).run().filter { !$0.passed }
        #expect(failed.map(\.description) == [])
    }
}
