import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Loads one document per line of standard input (base64 of UTF-16BE) with SnakeYAML and returns, for each, "-" with its reason to refuse it, or "+" with
 * its data as JSON: numbers are {"n": "…"}, dates {"d": 1}, maps {"m": [[key, value], …]}.
 */
public class LoadDocuments {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var output = new PrintStream(System.out, true, "UTF-8");
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      output.println(load(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_16BE)));
    }
  }

  private static String load(String text) {
    try {
      var json = new StringBuilder("+");
      write(new Yaml(new SafeConstructor()).load(text), json, 0);
      return json.toString();
    } catch (RuntimeException refused) {
      return "-" + String.valueOf(refused.getMessage()).replaceAll("\\s+", " ");
    } catch (StackOverflowError refused) {
      return "-stack overflow";
    }
  }

  private static void write(Object value, StringBuilder json, int depth) {
    if (depth > 200) throw new IllegalStateException("recursive");
    if (value == null || value instanceof Boolean) json.append(value);
    else if (value instanceof Integer || value instanceof Long || value instanceof BigInteger || value instanceof Double) {
      json.append("{\"n\":\"").append(value).append("\"}");
    } else if (value instanceof Date) json.append("{\"d\":1}");
    else if (value instanceof Map<?, ?> map) {
      json.append("{\"m\":[");
      String separator = "";
      for (var entry : map.entrySet()) {
        json.append(separator).append('[');
        write(entry.getKey(), json, depth + 1);
        json.append(',');
        write(entry.getValue(), json, depth + 1);
        json.append(']');
        separator = ",";
      }
      json.append("]}");
    } else if (value instanceof Collection<?> list) {
      json.append('[');
      String separator = "";
      for (var item : list) {
        json.append(separator);
        write(item, json, depth + 1);
        separator = ",";
      }
      json.append(']');
    } else if (value instanceof String text) {
      json.append('"');
      for (char unit : text.toCharArray()) json.append(unit < 0x80 && unit >= 0x20 && unit != '"' && unit != '\\' ? "" + unit : String.format("\\u%04x", (int) unit));
      json.append('"');
    } else json.append("{\"o\":1}");
  }
}
