import Foundation
import Language
import Testing

@testable import Reports

/// JUnit's XML as CI servers read it.
struct JUnitReportTests {
    private static let report = JUnitReport(
        name: "touchline test",
        suites: [
            .init(
                name: "tests/a.yaml",
                cases: [
                    .init(name: "in time", group: "a", position: Position(file: "tests/a.yaml", line: 4, column: 5)),
                    .init(
                        name: "too <late> & \"loud\"", group: "a", position: Position(file: "tests/a.yaml", line: 9, column: 5),
                        outcome: .failed(
                            type: "mismatch", message: "E1: expected pass,\ngot fail", details: "one\n\ttwo ]]> \u{1}\r")),
                    .init(name: "later", group: "a", outcome: .skipped("not asked for")),
                ]), .init(name: "empty", cases: []),
        ])

    @Test func `suites count their cases, and every text is escaped`() {
        #expect(
            String(decoding: Self.report.bytes, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="touchline test" tests="3" failures="1" errors="0" skipped="1">
                  <testsuite name="tests/a.yaml" tests="3" failures="1" errors="0" skipped="1">
                    <testcase name="in time" classname="a" file="tests/a.yaml" line="4"/>
                    <testcase name="too &lt;late&gt; &amp; &quot;loud&quot;" classname="a" file="tests/a.yaml" line="9">
                      <failure type="mismatch" message="E1: expected pass,&#10;got fail">one
                \ttwo ]]&gt; \u{FFFD}&#13;</failure>
                    </testcase>
                    <testcase name="later" classname="a">
                      <skipped message="not asked for"/>
                    </testcase>
                  </testsuite>
                  <testsuite name="empty" tests="0" failures="0" errors="0" skipped="0">
                  </testsuite>
                </testsuites>

                """)
    }
}
