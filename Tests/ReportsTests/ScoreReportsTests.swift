import Foundation
import Scoring
import Testing

@testable import Checklists
@testable import Reports

/// What a dependable rate looks like where it is reported.
struct ScoreReportsTests {
    private func audit() -> Audit {
        var audit = SampleAudit.audit
        for index in audit.partners.indices where audit.partners[index].id == "southpeak" {
            audit.partners[index].scores = [
                DependableRate(
                    function: "escalation", checks: 512,
                    estimate: .init(value: 71.234_567_89, low: 66.4, high: 75.6, level: 0.812_345_678)),
                DependableRate(function: "implementation", checks: 7, estimate: nil),
            ]
            audit.partners[index].enablement = [
                EnablementGain(module: "ESC-101", function: "escalation", items: ["ESC-02"], failing: 40, gain: 4.21),
                EnablementGain(module: "IMP-1", function: "implementation", items: ["IMP-04", "IMP-06"], failing: 3, gain: nil),
            ]
        }
        return audit
    }

    private func json(_ audit: Audit) throws -> [[String: Any]] {
        let root = try JSONSerialization.jsonObject(with: Data(AuditJSON.bytes(audit))) as? [String: Any]
        return try #require(root?["partners"] as? [[String: Any]])
    }

    @Test func `audit.json has a rate a function, null where there is not enough data`() throws {
        let partner = try #require(try json(audit()).first { $0["id"] as? String == "southpeak" })
        let scores = try #require(partner["scores"] as? [[String: Any]])
        #expect(scores.map { $0["function"] as? String } == ["escalation", "implementation"])
        #expect(scores[0]["value"] as? Double == 71.234568)
        #expect(scores[0]["level"] as? Double == 0.812346)
        #expect(scores[0]["checks"] as? Int == 512)
        #expect(["value", "low", "high", "level"].allSatisfy { scores[1][$0] is NSNull })
        let modules = try #require(partner["enablement"] as? [[String: Any]])
        #expect(modules.map { $0["module"] as? String } == ["ESC-101", "IMP-1"])
        #expect(modules[0]["gain"] as? Double == 4.21 && modules[1]["gain"] is NSNull)
        #expect(modules[1]["items"] as? [String] == ["IMP-04", "IMP-06"])
        let others = try json(audit()).filter { $0["id"] as? String != "southpeak" }
        #expect(others.allSatisfy { ($0["scores"] as? [Any])?.isEmpty == true })
    }

    @Test func `a partner's page says what its customers can count on`() throws {
        let audit = audit()
        let partner = try #require(audit.partners.first { $0.id == "southpeak" })
        let page = String(decoding: PartnerPage(audit, partner: partner).bytes, as: UTF8.self)
        #expect(page.contains("s customers can count on at least 71 % of the applicable checks"))
        #expect(page.contains("(90 % interval 66 to 76)."))
        #expect(page.contains("Not enough data: 7 checks are decided, and 10 are needed."))
        #expect(page.contains("ESC-101 would raise the dependable rate by about 4.2 points"))
    }

    @Test func `the overview has a column of rates where there are any`() {
        let page = String(decoding: IndexPage(audit()).bytes, as: UTF8.self)
        #expect(page.contains("Dependable rate</th>"))
        #expect(page.contains("escalation: 71 (66 to 76)") && page.contains("implementation: not enough data"))
        #expect(!String(decoding: IndexPage(SampleAudit.audit).bytes, as: UTF8.self).contains("Dependable rate"))
    }

    @Test func `what raises the rate most is taught first`() throws {
        var audit = audit()
        let index = try #require(audit.partners.firstIndex { $0.id == "southpeak" })
        let failing = audit.partners[index].items.filter { $0.tally.fail > 0 && $0.checklist == "implementation" }
        let other = try #require(failing.first)
        let item = try #require(audit.items.firstIndex { $0.id == other.item })
        audit.items[item].enablement = ItemDescription.Enablement(module: "IMP-1", guidance: "Review it together.")
        func order(_ modules: [String]) throws -> [String] {
            audit.partners[index].enablement.sort { a, _ in a.module == modules[0] }
            let page = String(decoding: PartnerPage(audit, partner: audit.partners[index]).bytes, as: UTF8.self)
            let advice = try #require(page.ranges(of: "What to teach next").first)
            let text = page[advice.upperBound...]
            return modules.sorted { a, b in
                guard let a = text.range(of: "\">\(a)</span>"), let b = text.range(of: "\">\(b)</span>") else { return false }
                return a.lowerBound < b.lowerBound
            }
        }
        #expect(try order(["ESC-101", "IMP-1"]) == ["ESC-101", "IMP-1"])
        #expect(try order(["IMP-1", "ESC-101"]) == ["IMP-1", "ESC-101"])
    }
}
